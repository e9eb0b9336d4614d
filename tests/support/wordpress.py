"""Debian's WordPress on a port of this machine, with a MariaDB of its own and our plugin."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.programs import found, missing
from tests.support.servers import ROOT, end, eventually, started

PLUGIN = ROOT / "integrations/wordpress/nearest-centre"
_CODE = Path("/usr/share/wordpress")
_PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mariadb")
_START_SECONDS = 60.0
PASSWORD = "made up for the tests"

# PHP's own server asks this file before it answers. It adds the policy of a strict site to public
# pages, and writes down each request as WordPress sees it, with its body and its headers.
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$heard = json_encode([$_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI'],
    file_get_contents('php://input'), getallheaders()]);
file_put_contents(__DIR__ . '/../heard.log', $heard . "\\n", FILE_APPEND | LOCK_EX);
if (!str_starts_with($path, '/wp-admin') && !str_starts_with($path, '/wp-login')) {
    header('Content-Security-Policy: ' . trim(file_get_contents(__DIR__ . '/../policy')));
}
if (is_file(__DIR__ . $path) && !str_ends_with($path, '.php')) return false;
if (is_file(__DIR__ . $path . 'index.php') && $path !== '/') $path .= 'index.php';
$file = is_file(__DIR__ . $path) ? $path : '/index.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $file;
chdir(dirname(__DIR__ . $file));
require __DIR__ . $file;
"""

# Nothing by itself: no update checks, no cron on a page, no mail, no request but to this machine.
_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('WP_HOME', '{home}');
define('WP_SITEURL', '{home}');
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_UNFILTERED_HTML', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', '127.0.0.1');
define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false);
define('WP_DEBUG_LOG', __DIR__ . '/../debug.log');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

# oEmbed refuses addresses of this machine, where the directory of the tests is.
_LOOPBACK = """<?php
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports',
    fn ($ports, $host, $url) => [...$ports, parse_url($url, PHP_URL_PORT)], 10, 3);
add_filter('pre_wp_mail', '__return_true');
"""

_CLASSIC = {
    "style.css": "/*\nTheme Name: Classic\n*/\n",
    "index.php": """<!DOCTYPE html><html <?php language_attributes(); ?>><head>
<meta charset="utf-8"><title><?php echo esc_html(get_bloginfo('name')); ?></title>
<?php wp_head(); ?></head><body <?php body_class(); ?>><main>
<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); } ?>
</main><?php wp_footer(); ?></body></html>
""",
}


@dataclass
class WordPress:
    """A site that runs."""

    folder: Path
    socket: Path
    port: int

    @property
    def origin(self) -> str:
        """Its address. By this name it is another site than a directory at 127.0.0.1."""
        return f"http://localhost:{self.port}"

    def php(self, code: str, first: str = "") -> Any:
        """Run code within WordPress; what it returns. Fails with what PHP wrote."""
        script = f"""
{first}
$_SERVER['HTTP_HOST'] = 'localhost:{self.port}';
require '{self.folder}/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
echo "\\n=", json_encode((function () {{ {code} }})());
"""
        ran = subprocess.run(
            ["php", "-d", "display_errors=1", "-r", script],
            capture_output=True,
            text=True,
            timeout=_START_SECONDS,
            check=False,
        )
        before, mark, result = ran.stdout.rpartition("\n=")
        assert mark, ran.stdout + ran.stderr
        assert not before.strip(), before
        return json.loads(result)

    def new_pages(self, *contents: str, theme: str = "twentytwentyfive") -> list[str]:
        """Publish pages with these contents, in a theme from now on; their paths."""
        pages = [
            {"post_type": "page", "post_status": "publish", "post_content": content}
            for content in contents
        ]
        numbers = self.php(
            f"switch_theme('{theme}'); return array_map('wp_insert_post', {_php(pages)});"
        )
        return [f"/?page_id={number}" for number in numbers]

    def new_page(self, content: str) -> str:
        """Publish a page with this content; its path."""
        return self.new_pages(content)[0]

    def set_policy(self, policy: str) -> None:
        """The Content-Security-Policy of public pages from now on."""
        (self.folder / "policy").write_text(policy)

    def heard(self) -> str:
        """Every request so far, with its headers and body."""
        return (self.folder / "heard.log").read_text(encoding="utf-8")

    def complaints(self) -> str:
        """What PHP has warned of, but that it may not ask WordPress.org for updates."""
        log = self.folder / "debug.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return "\n".join(line for line in lines if "WordPress.org" not in line)


def _php(value: Mapping[str, Any] | Sequence[Any]) -> str:
    text = json.dumps(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"json_decode('{text}', true)"


def settings(**given: str) -> str:
    """PHP that stores settings of the plugin as its page does; what is stored."""
    return f"""update_option('nearest_centre', NearestCentre\\checked({_php(given)}));
        return get_option('nearest_centre');"""


@contextlib.contextmanager
def wordpress(folder: Path) -> Iterator[WordPress]:
    """A new site with the plugin, which is not active yet."""
    if not _CODE.exists() or not all(map(found, _PROGRAMS)):
        missing("wordpress")
    # The path of a socket has at most 107 bytes, and those of pytest are long. In memory, the
    # database is made in a third of the time.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as short, _mariadb(Path(short)) as socket:
        site = _files(folder)

        def start(port: int) -> subprocess.Popen[bytes]:
            home = f"http://localhost:{port}"
            (site / "wp-config.php").write_text(
                _CONFIG.replace("{socket}", str(socket)).replace("{home}", home)
            )
            command = ["php", "-S", f"127.0.0.1:{port}", "-t", str(site), str(site / "router.php")]
            with (folder / "server.log").open("ab") as log:
                return subprocess.Popen(
                    command,
                    env={**os.environ, "PHP_CLI_SERVER_WORKERS": "4"},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

        def ready(process: subprocess.Popen[bytes], port: int) -> bool:
            return "started" in (folder / "server.log").read_text(encoding="utf-8")

        process, port = started(start, ready)
        try:
            running = WordPress(folder, socket, port)
            _install(running)
            yield running
        finally:
            end(process)


def _files(folder: Path) -> Path:
    site = folder / "site"
    shutil.copytree(_CODE, site, symlinks=True, ignore=shutil.ignore_patterns("wp-config.php"))
    content = site / "wp-content"
    shutil.copytree(PLUGIN, content / "plugins/nearest-centre")
    (content / "mu-plugins").mkdir()
    (content / "mu-plugins/loopback.php").write_text(_LOOPBACK)
    (content / "themes/classic").mkdir()
    for name, text in _CLASSIC.items():
        (content / "themes/classic" / name).write_text(text)
    (site / "router.php").write_text(_ROUTER)
    (folder / "policy").write_text("default-src * 'unsafe-inline'")
    (folder / "server.log").touch()
    return site


def _install(site: WordPress) -> None:
    """Install WordPress, as its own page does, with an administrator and an editor."""
    site.php(
        f"""require_once ABSPATH . 'wp-admin/includes/upgrade.php';
        wp_install('Partner', 'admin', 'admin@example.org', false, '', '{PASSWORD}');
        $editor = wp_insert_user(
            ['user_login' => 'editor', 'user_pass' => '{PASSWORD}', 'role' => 'editor']);
        // The editor has seen the tour.
        return update_user_meta($editor, 'wp_persisted_preferences',
            ['core/edit-post' => ['welcomeGuide' => false], '_modified' => gmdate('c')]);""",
        first="define('WP_INSTALLING', true);",
    )


@contextlib.contextmanager
def _mariadb(folder: Path) -> Iterator[Path]:
    """A server without a port, whose data are in a folder; its socket."""
    data, socket = folder / "data", folder / "s"
    user = [f"--user={Path.home().owner()}"] if os.geteuid() == 0 else []
    subprocess.run(
        [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *user,
        ],
        check=True,
        capture_output=True,
        timeout=_START_SECONDS * 2,
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                "mariadbd",
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={socket}",
                f"--pid-file={folder}/pid",
                "--skip-networking",
                "--innodb-flush-log-at-trx-commit=0",
                *user,
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    ask = ["mariadb", "--no-defaults", f"--socket={socket}", "-uroot", "-e"]
    try:
        eventually(
            _START_SECONDS,
            lambda: (
                subprocess.run(
                    [*ask, "CREATE DATABASE IF NOT EXISTS wordpress"],
                    check=False,
                    capture_output=True,
                ).returncode
                == 0
            ),
        )
        yield socket
    finally:
        end(process)
