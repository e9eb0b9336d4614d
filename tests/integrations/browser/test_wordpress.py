"""The plugin in Debian's WordPress: as an administrator, an editor and a visitor."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from directory_api.features.pages import embed
from directory_api.web.wsgi.application import Application
from tests.support.browser import Heard, axe_violations, chromium, person, running
from tests.support.servers import free_port
from tests.support.wordpress import PASSWORD, PLUGIN, WordPress, settings, wordpress

pytestmark = pytest.mark.nightly

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NEEDS = ("pages", "device")

# A visitor's postcode, and what a browser says of itself: none of it may be anywhere.
CANARY = "9040"
AGENT = "Visitor-of-the-tests/7"
NUMBERS = ["112", "101", "078 055 800", "stopmensenhandel.be", "116 000"]


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are noted by the directory."""


@dataclass
class Served:
    """A directory that can be away, and every request that it gets."""

    app: Application
    port: int = field(default_factory=free_port)
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Note the request, then answer it."""
        self.asked.append({key: str(value) for key, value in environ.items()})
        return self.app(environ, start_response)

    @contextmanager
    def there(self) -> Iterator[None]:
        """It answers until the block ends."""
        server = make_server("127.0.0.1", self.port, self, threaded=True, request_handler=_Silent)
        with running(server):
            yield


@dataclass
class Partner:
    """A partner's site, and the directory that it uses."""

    site: WordPress
    directory: Served
    stack: ExitStack

    def set(self, **given: str) -> Any:
        """Store settings of the plugin; what is stored then."""
        chosen = {"server": self.directory.origin, "lang": "nl", "way": "component", **given}
        return self.site.php(settings(**chosen))

    def forget(self) -> None:
        """The plugin has read nothing yet."""
        self.site.php(
            """global $wpdb; delete_option('nearest_centre_copy');
            return $wpdb->query("DELETE FROM $wpdb->options
                WHERE option_name LIKE '%nearest_centre_pause%'");"""
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without windows."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def partner(app: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Partner]:
    """A site with the plugin, and its directory."""
    directory = Served(app)
    with wordpress(tmp_path_factory.mktemp("wordpress")) as site, ExitStack() as stack:
        stack.enter_context(directory.there())
        site.php("return activate_plugin('nearest-centre/nearest-centre.php');")
        partner = Partner(site, directory, stack)
        partner.set()
        origin = directory.origin
        # Themes of blocks have styles within the page; scripts within it are not allowed.
        site.set_policy(
            f"default-src 'self'; script-src 'self' {origin}; connect-src 'self' {origin};"
            f" frame-src {origin}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
        )
        yield partner
        assert site.complaints() == ""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page of a new profile."""
    with person(browser, user_agent=AGENT, locale="nl") as (context, _):
        yield context.new_page()


def _sign_in(page: Page, site: WordPress, name: str) -> None:
    page.goto(f"{site.origin}/wp-login.php")
    page.fill("#user_login", name)
    page.fill("#user_pass", PASSWORD)
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**")


def _numbers(page: Page) -> Locator:
    return page.locator(".nearest-centre-helplines bdi")


def test_an_administrator_installs_it_and_saves_the_address(
    partner: Partner, visitor: Page, tmp_path: Path
) -> None:
    """The settings show the numbers that were read. An address without any changes nothing."""
    site, page = partner.site, visitor
    site.php(
        """require_once ABSPATH . 'wp-admin/includes/file.php';
        deactivate_plugins('nearest-centre/nearest-centre.php');
        return delete_plugins(['nearest-centre/nearest-centre.php']);"""
    )
    archive = shutil.make_archive(
        str(tmp_path / "nearest-centre"), "zip", PLUGIN.parent, PLUGIN.name
    )
    _sign_in(page, site, "admin")
    page.goto(f"{site.origin}/wp-admin/plugin-install.php?tab=upload")
    page.set_input_files("#pluginzip", archive)
    page.click("#install-plugin-submit")
    page.get_by_role("link", name="Activate Plugin").click()
    page.goto(f"{site.origin}/wp-admin/options-general.php?page=nearest-centre")
    expect(page.get_by_text("None yet")).to_be_visible()
    page.get_by_label("Address of the directory").fill(f"{partner.directory.origin}/")
    page.get_by_label("Language").fill("nl")
    page.get_by_label("Accent colour").fill("#0a6")
    page.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Settings saved.")).to_be_visible()
    expect(_numbers(page)).to_have_text(NUMBERS)
    assert page.get_by_label("Address of the directory").input_value() == partner.directory.origin
    assert [each for each in axe_violations(page) if "nearest-centre" in each] == []

    for wrong, said in (
        ("http://directory.example.org", "must begin with https://"),
        (f"http://127.0.0.1:{free_port()}", "No helplines could be read"),
    ):
        page.get_by_label("Address of the directory").fill(wrong)
        page.get_by_role("button", name="Save Changes").click()
        expect(page.get_by_text(said)).to_be_visible()
        assert (
            page.get_by_label("Address of the directory").input_value() == partner.directory.origin
        )
        expect(_numbers(page)).to_have_text(NUMBERS)

    page.get_by_role("button", name="Read them now").click()
    expect(page.get_by_text("The helplines were read again.")).to_be_visible()
    assert site.php(
        """update_option('nearest_centre_copy', ['at' => 0] + get_option('nearest_centre_copy'));
        do_action_ref_array('nearest_centre_refresh', []);
        return [wp_get_schedule('nearest_centre_refresh'),
            time() - get_option('nearest_centre_copy')['at'] < 60];"""
    ) == ["hourly", True]


def test_an_editor_inserts_the_block_and_a_visitor_finds_a_centre(
    partner: Partner, browser: Browser, visitor: Page
) -> None:
    """The editor may not save HTML of their own. The visitor's postcode is sent nowhere."""
    site = partner.site
    with person(browser, locale="en") as (context, _):
        page = context.new_page()
        _sign_in(page, site, "editor")
        page.goto(f"{site.origin}/wp-admin/post-new.php")
        address = _insert(page)
    content = site.php("return get_post(url_to_postid('" + address + "'))->post_content;")
    assert content == '<!-- wp:nearest-centre/finder {"lang":"nl"} /-->'

    before = len(partner.directory.asked)
    seen = _watched(visitor)
    visitor.goto(address)
    expect(_numbers(visitor)).to_have_text(NUMBERS)
    at_first = _top(visitor)
    visitor.locator("nearest-centre input").fill(CANARY)
    visitor.locator("nearest-centre input").press("Enter")
    expect(visitor.locator("nearest-centre h3").first).to_be_visible()
    assert _top(visitor) == at_first
    assert [each for each in axe_violations(visitor) if "nearest-centre" in each] == []

    assert CANARY not in site.heard()
    asked = [each["PATH_INFO"] + each["QUERY_STRING"] for each in partner.directory.asked[before:]]
    assert asked
    assert not any(CANARY in each for each in asked)
    assert {request.url.split("/")[2] for request in seen} == {
        f"localhost:{site.port}",
        f"127.0.0.1:{partner.directory.port}",
    }
    assert visitor.context.cookies() == []
    assert visitor.evaluate("localStorage.length + sessionStorage.length") == 0


def _top(page: Page) -> float:
    """Where the helplines are in the page, however far it is scrolled."""
    top: float = page.locator(".nearest-centre-helplines").evaluate(
        "list => list.getBoundingClientRect().top + scrollY"
    )
    return top


def _watched(page: Page) -> list[Request]:
    heard = Heard.of(page)
    return heard.requests


def _insert(page: Page) -> str:
    """Type the name of the block, choose a language, publish; the address of the page."""
    page.wait_for_function("window.wp?.data?.select('core/editor').getCurrentPostId()")
    framed = page.locator('iframe[name="editor-canvas"]')
    framed.or_(page.locator(".editor-post-title")).first.wait_for()
    canvas = page.frame_locator('iframe[name="editor-canvas"]') if framed.count() else page
    canvas.locator(".block-editor-default-block-appender").first.click()
    page.keyboard.type("/nearest")
    page.get_by_role("option", name="Nearest centre").click()
    expect(canvas.locator(".nearest-centre-helplines bdi").first).to_have_text("112")
    page.get_by_label("Language", exact=True).fill("nl")
    page.evaluate(
        """async () => {
        await wp.data.dispatch('core/editor').editPost({status: 'publish', title: 'Help'});
        await wp.data.dispatch('core/editor').savePost();
        }"""
    )
    address: str = page.evaluate("wp.data.select('core/editor').getPermalink()")
    return address


@pytest.mark.parametrize("theme", ["twentytwentyfive", "classic"])
def test_each_way_works_in_a_theme_of_blocks_and_in_a_classic_one(
    partner: Partner, visitor: Page, theme: str
) -> None:
    """The shortcode shows the helplines, then the component, the frame or only the link."""
    site = partner.site
    ways = ("component", "frame", "link")
    pages = site.new_pages(
        *(f'[nearest-centre way="{way}" service="legal"]' for way in ways), theme=theme
    )
    for way, path in zip(ways, pages, strict=True):
        visitor.goto(site.origin + path)
        expect(_numbers(visitor)).to_have_text(NUMBERS)
        link = visitor.locator(".nearest-centre-link")
        if way == "component":
            expect(visitor.locator("nearest-centre input")).to_be_visible()
        else:
            expect(link).to_be_visible()
        if way == "frame":
            frame = visitor.frame_locator(".nearest-centre-frame")
            expect(frame.get_by_role("heading", name="Zoek een centrum").first).to_be_visible()
        assert link.get_attribute("href") == f"{partner.directory.origin}/?lang=nl&service=legal"
        assert visitor.locator("script[src*=nearest-centre]").count() == (way == "component")
        assert [each for each in axe_violations(visitor) if "nearest-centre" in each] == []


def test_helplines_and_link_are_there_without_scripts(partner: Partner, browser: Browser) -> None:
    """Also in a language that is written from right to left, and is not that of the site."""
    path = partner.site.new_page('[nearest-centre lang="ar"]')
    with person(browser, java_script_enabled=False) as (context, _):
        page = context.new_page()
        page.goto(partner.site.origin + path)
        assert _numbers(page).all_inner_texts()[:3] == NUMBERS[:3]
        assert page.locator("div.nearest-centre").get_attribute("dir") == "rtl"
        assert page.locator("div.nearest-centre").get_attribute("lang") == "ar"
        expect(page.locator(".nearest-centre-link")).to_be_visible()


def test_a_pinned_file_is_loaded_only_if_it_is_the_one_that_was_reviewed(
    partner: Partner, visitor: Page
) -> None:
    """Otherwise helplines and link stay."""
    module = embed.module()
    path = partner.site.origin + partner.site.new_page("[nearest-centre]")
    line = f'<script src="https://x{module.path}" integrity="{module.integrity}">'
    try:
        partner.set(pinned=line)
        visitor.goto(path)
        expect(visitor.locator("nearest-centre input")).to_be_visible()
        script = visitor.locator("script[src*=nearest-centre]")
        assert script.get_attribute("integrity") == module.integrity

        partner.set(pinned=line.replace(module.integrity, "sha384-" + "A" * 64))
        visitor.goto(path)
        expect(_numbers(visitor)).to_have_text(NUMBERS)
        expect(visitor.locator(".nearest-centre-link")).to_be_visible()
        assert not visitor.evaluate("!!customElements.get('nearest-centre')")
    finally:
        partner.set()


def test_the_last_helplines_stay_while_the_directory_is_away(
    partner: Partner, visitor: Page
) -> None:
    """Also after WordPress has tried to read them again, and with settings that are saved then."""
    site = partner.site
    path = site.origin + site.new_page("[nearest-centre]")
    partner.stack.close()
    try:
        assert site.php("return NearestCentre\\refresh();") is False
        visitor.goto(path)
        expect(_numbers(visitor)).to_have_text(NUMBERS)
        expect(visitor.locator(".nearest-centre-link")).to_be_visible()
        stored = partner.set(accent="#123456")
        assert stored["server"] == partner.directory.origin
        assert stored["accent"] == "#123456"
    finally:
        partner.stack.enter_context(partner.directory.there())


def test_a_page_waits_only_once_for_a_directory_that_does_not_answer(
    partner: Partner, visitor: Page
) -> None:
    """The copy is old, and nothing answers on the port: the numbers of before are shown."""
    site = partner.site
    path = site.origin + site.new_page("[nearest-centre way='link']")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site.php(
            f"""$silent = 'http://127.0.0.1:{silent.getsockname()[1]}';
            delete_transient('nearest_centre_pause_nl');
            update_option('nearest_centre_copy',
                ['server' => $silent, 'at' => time() - 2 * DAY_IN_SECONDS]
                + get_option('nearest_centre_copy'), false);
            remove_all_filters('sanitize_option_nearest_centre');
            return update_option('nearest_centre', ['server' => $silent, 'lang' => 'nl']);"""
        )
        try:
            for _ in range(2):
                visitor.goto(path)
                expect(_numbers(visitor)).to_have_text(NUMBERS)
            silent.setblocking(False)
            silent.accept()[0].close()
            with pytest.raises(BlockingIOError):
                silent.accept()
        finally:
            partner.set()


def test_of_a_directory_that_is_away_for_a_month_only_the_numbers_for_danger_are_shown(
    partner: Partner,
) -> None:
    """A helpline may have closed meanwhile."""
    shown = partner.site.php(
        """$copy = NearestCentre\\stored_copy();
        return array_map(fn ($days) => array_column(NearestCentre\\short_list(
            ['at' => time() - $days * DAY_IN_SECONDS] + $copy, ''), 'number'), [29, 31]);"""
    )
    assert shown == [["112", "101", "+3278055800", "", "116000"], ["112", "101"]]


@pytest.mark.parametrize(
    ("change", "is_used"),
    [
        ("return 'text';", False),
        ("unset($copy['helplines']); return $copy;", False),
        ("$copy['helplines'] = 'text'; return $copy;", False),
        ("$copy['helplines'][1] = 'text'; return $copy;", False),
        ("$copy['helplines'][0]['countries'] = 'BE'; return $copy;", False),
        ("unset($copy['helplines'][0]['number']); return $copy;", False),
        ("$copy['helplines'][0]['number'] = ''; return $copy;", False),
        ("unset($copy['at']); return $copy;", False),
        ("unset($copy['country']); return $copy;", False),
        ("unset($copy['words']); return $copy;", True),
        ("$copy['words']['nl'] = 'text'; return $copy;", True),
        ("unset($copy['words']['nl']['words']['heading']); return $copy;", True),
    ],
)
def test_a_copy_that_was_damaged_is_read_again(
    partner: Partner, change: str, is_used: bool
) -> None:
    """The page is there without it, with the link, and has no wrong number."""
    site = partner.site
    used, without, html = site.php(
        f"""$copy = get_option('nearest_centre_copy');
        $damaged = (function ($copy) {{ {change} }})($copy);
        update_option('nearest_centre_copy', $damaged, false);
        $used = null !== NearestCentre\\stored_copy();
        set_transient('nearest_centre_pause_nl', 1, 60);
        $without = NearestCentre\\finder([], '');
        delete_transient('nearest_centre_pause_nl');
        return [$used, $without, NearestCentre\\finder([], '')];"""
    )
    assert used == is_used
    assert ("tel:" in without) == is_used
    assert "nearest-centre-link" in without
    for number in ("tel:112", "tel:101", "tel:+3278055800"):
        assert number in html
    assert "Zoek een centrum" in html


def test_what_wordpress_asks_has_nothing_of_a_visitor_or_the_site(
    partner: Partner, browser: Browser
) -> None:
    """The first page in a language reads its texts while a visitor waits."""
    path = partner.site.new_page('[nearest-centre lang="fr"]')
    partner.forget()
    before = len(partner.directory.asked)
    with person(browser, user_agent=AGENT, java_script_enabled=False) as (context, _):
        context.add_cookies([{"name": "a", "value": "secret", "url": partner.site.origin}])
        page = context.new_page()
        page.goto(f"{partner.site.origin}{path}&from={CANARY}")
        assert _numbers(page).all_inner_texts()[:3] == NUMBERS[:3]
    asked = partner.directory.asked[before:]
    assert {each["PATH_INFO"] for each in asked} == {
        "/v1/helplines.json",
        "/embed/words/fr.json",
        "/embed/words/en.json",
    }
    for each in asked:
        headers = {name for name in each if name.startswith("HTTP_")}
        assert headers <= {
            "HTTP_HOST",
            "HTTP_USER_AGENT",
            "HTTP_ACCEPT",
            "HTTP_ACCEPT_ENCODING",
            "HTTP_CONNECTION",
        }
        assert each["HTTP_USER_AGENT"].startswith("nearest-centre/")
        assert each["QUERY_STRING"] == ""
    partner.set()


def test_only_who_may_manage_options_reaches_the_settings(partner: Partner, visitor: Page) -> None:
    """An editor gets 403; an administrator's request without the secret of the form, too."""
    site, page = partner.site, visitor
    before = len(partner.directory.asked)
    read_now = f"{site.origin}/wp-admin/admin-post.php?action=nearest_centre_read_now"
    _sign_in(page, site, "editor")
    for path in (f"{site.origin}/wp-admin/options-general.php?page=nearest-centre", read_now):
        response = page.goto(path)
        assert response
        assert response.status == 403
    page.context.clear_cookies()
    _sign_in(page, site, "admin")
    response = page.goto(read_now)
    assert response
    assert response.status == 403
    assert len(partner.directory.asked) == before


def test_what_is_not_an_attribute_or_an_answer_is_never_html(partner: Partner) -> None:
    """Neither an author nor a directory that was taken over can put a script on the page."""
    site = partner.site
    hostile = '"><script>alert(1)</script>'
    html, clean, listed = site.php(
        f"""$bad = '{hostile}';
        $names = ['lang', 'way', 'country', 'service', 'audience', 'language'];
        $line = ['kind' => 'national_line', 'number' => '+321', 'display' => $bad,
            'name' => ['en' => $bad], 'countries' => [$bad, 'BE'],
            'url_translations' => ['en' => 'javascript:alert(1)']];
        $clean = NearestCentre\\clean_helplines(
            [$line, ['number' => '1"2'], ['url' => 'javascript:alert(1)'], 7]);
        return [NearestCentre\\finder(array_fill_keys($names, $bad), 'class="x"'), $clean,
            NearestCentre\\helplines($clean, NearestCentre\\words_of(null, 'en'))];"""
    )
    assert "alert" not in html
    assert [each["countries"] for each in clean] == [["BE"]]
    assert "<script" not in listed
    addresses = (
        "https://user:secret@directory.example.org",
        "https://directory.example.org/?a=b",
        "javascript:alert(1)",
        "http://localhost.example.org",
        'https://directory.example.org/"onload="x',
    )
    code = ", ".join(f"'{address}'" for address in addresses)
    assert site.php(f"return array_map('NearestCentre\\clean_server', [{code}]);") == [""] * 5


def test_a_site_that_is_public_asks_nothing_of_its_own_computer(partner: Partner) -> None:
    """Neither over http nor over https; a site of this computer may, to try the plugin."""
    asked = """$https = 'https://127.0.0.1:8443';
        $unsafe = null;
        add_filter('pre_http_request', function ($_, $how) use (&$unsafe) {
            $unsafe = !$how['reject_unsafe_urls'];
            return new WP_Error('x', 'x');
        }, 10, 2);
        NearestCentre\\read_json("$https/v1/helplines.json");
        return [NearestCentre\\clean_server('http://127.0.0.1:8000'), $unsafe];"""
    public = "add_filter('home_url', fn () => 'https://partner.example.org');"
    assert partner.site.php(asked) == ["http://127.0.0.1:8000", True]
    assert partner.site.php(public + asked) == ["", False]


def test_an_answer_without_an_emergency_number_is_not_used(partner: Partner) -> None:
    """The helplines from before stay."""
    assert partner.site.php(
        """add_filter('pre_http_request', fn () => ['response' => ['code' => 200, 'message' => ''],
                'body' => '{"country": "BE", "helplines": []}', 'headers' => [], 'cookies' => []]);
            return [NearestCentre\\refresh(),
                count(NearestCentre\\stored_copy()['helplines']) > 4];"""
    ) == [False, True]


def test_the_address_of_the_finder_alone_on_a_line_becomes_a_frame(
    partner: Partner, visitor: Page
) -> None:
    """By oEmbed. WordPress would make a sandbox of an unknown provider's, which cannot be left."""
    path = partner.site.new_page(f"{partner.directory.origin}/embed?lang=nl")
    visitor.goto(partner.site.origin + path)
    assert visitor.locator("iframe").get_attribute("sandbox") is None
    frame = visitor.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Zoek een centrum").first).to_be_visible()


def test_html_of_a_directory_that_was_taken_over_is_not_what_becomes_the_frame(
    partner: Partner,
) -> None:
    """WordPress trusts the answers of an oEmbed provider that is added, also their scripts."""
    html = partner.site.php(
        f"""add_filter('pre_http_request', fn () => ['response' => ['code' => 200],
            'body' => json_encode(['type' => 'rich', 'version' => '1.0', 'width' => 1,
                'height' => 1, 'html' => '<script>alert(1)</script><iframe></iframe>']),
            'headers' => [], 'cookies' => []]);
        return wp_oembed_get('{partner.directory.origin}/embed?lang=nl');"""
    )
    assert "alert" not in html
    assert f'src="{partner.directory.origin}/embed?lang=nl"' in html


def test_the_settings_are_in_the_language_of_the_administrator(
    partner: Partner, visitor: Page
) -> None:
    """nl_BE has the Dutch texts."""
    site, page = partner.site, visitor
    site.php("return update_user_meta(get_user_by('login', 'admin')->ID, 'locale', 'nl_BE');")
    try:
        _sign_in(page, site, "admin")
        page.goto(f"{site.origin}/wp-admin/options-general.php?page=nearest-centre")
        expect(page.get_by_label("Adres van de gids")).to_be_visible()
    finally:
        site.php("return delete_user_meta(get_user_by('login', 'admin')->ID, 'locale');")


def test_nothing_is_left_when_it_is_deleted(partner: Partner) -> None:
    """Neither options nor transients nor an event."""
    site = partner.site
    site.php("NearestCentre\\activate(); return set_transient('nearest_centre_pause_nl', 1, 60);")
    left = site.php(
        """deactivate_plugins('nearest-centre/nearest-centre.php');
        uninstall_plugin('nearest-centre/nearest-centre.php');
        global $wpdb;
        return $wpdb->get_col("SELECT option_name FROM $wpdb->options
            WHERE option_name LIKE '%nearest_centre%'
                OR option_value LIKE '%nearest_centre_refresh%'");"""
    )
    site.php("return activate_plugin('nearest-centre/nearest-centre.php');")
    partner.set()
    assert left == []
