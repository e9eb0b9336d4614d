<?php
/**
 * The page of settings, for those who may manage options.
 *
 * @package nearest-centre
 */

namespace NearestCentre;

defined( 'ABSPATH' ) || exit;

const PAGE     = 'nearest-centre';
const READ_NOW = 'nearest_centre_read_now';

add_action( 'admin_init', __NAMESPACE__ . '\register_settings' );
add_action( 'admin_menu', __NAMESPACE__ . '\add_page' );
add_action( 'admin_post_' . READ_NOW, __NAMESPACE__ . '\read_now' );
add_filter( 'plugin_action_links_' . plugin_basename( FILE ), __NAMESPACE__ . '\add_link_to_page' );

/** Registers the option with its check, and the text for the site's privacy policy. */
function register_settings(): void {
	register_setting(
		PAGE,
		SETTINGS,
		array(
			'type'              => 'array',
			'sanitize_callback' => __NAMESPACE__ . '\checked',
			'show_in_rest'      => false,
		)
	);
	wp_add_privacy_policy_content(
		__( 'Nearest centre', 'nearest-centre' ),
		'<p>' . esc_html__( 'Pages with the finder load it from the directory of specialised centres, whose server sees the address of the device, as with every page. It sets no cookie. With the component, a postcode or a position is not sent: the search runs on the device.', 'nearest-centre' ) . '</p>'
	);
}

/**
 * The settings to store. An address of which no helplines can be read is not stored.
 *
 * WordPress calls this twice when the option is new, the second time with what the first returned.
 *
 * @param mixed $given What was sent.
 */
function checked( $given ): array {
	$given  = is_array( $given ) ? $given : array();
	$before = settings();
	$typed  = is_string( $given['pinned'] ?? null ) ? trim( $given['pinned'] ) : '';
	$after  = array(
		'server'    => clean_server( $given['server'] ?? '' ),
		'lang'      => clean_language( $given['lang'] ?? '' ),
		'accent'    => clean_colour( $given['accent'] ?? '' ),
		'way'       => clean_way( $given['way'] ?? '' ),
		'pinned'    => clean_pinned( $typed ),
		'integrity' => clean_integrity( $given['integrity'] ?? $typed ),
	);

	if ( '' === $after['server'] ) {
		refuse( 'server', __( 'The address must begin with https:// and have no question mark. It was not changed.', 'nearest-centre' ) );
		$after['server'] = $before['server'];
	} elseif ( ! is_readable_directory( $after['server'], $after['lang'] ) ) {
		refuse( 'server', __( 'No helplines could be read at this address. It was not changed. Check that it is right, and that this web server may send requests to other sites.', 'nearest-centre' ) );
		$after['server'] = $before['server'];
	}
	if ( '' === $after['lang'] && ! empty( $given['lang'] ) ) {
		refuse( 'lang', __( 'This language was not understood. Write a tag such as nl or fr-BE.', 'nearest-centre' ) );
		$after['lang'] = $before['lang'];
	}
	if ( '' === $after['accent'] && ! empty( $given['accent'] ) ) {
		refuse( 'accent', __( 'This colour was not understood. Write it as #00aa66.', 'nearest-centre' ) );
		$after['accent'] = $before['accent'];
	}
	if ( '' !== $typed && ( '' === $after['pinned'] || '' === $after['integrity'] ) ) {
		refuse( 'pinned', __( 'This is not the line of a pinned file. Copy the whole line from the page for partners.', 'nearest-centre' ) );
		$after['pinned']    = $before['pinned'];
		$after['integrity'] = $before['integrity'];
	}
	return $after;
}

/**
 * Shows an error above the page of settings.
 *
 * @param string $field   The name of the field.
 * @param string $message What is wrong, and what to do.
 */
function refuse( string $field, string $message ): void {
	// A process without the pages for administrators has no such function.
	if ( function_exists( 'add_settings_error' ) ) {
		add_settings_error( SETTINGS, "nearest-centre-$field", $message );
	}
}

/**
 * Whether helplines can be read at an address. If so, they are the copy from now on.
 *
 * @param string $server A clean address.
 * @param string $lang   The language of the settings.
 */
function is_readable_directory( string $server, string $lang ): bool {
	static $answers = array();
	if ( ! isset( $answers[ $server ] ) ) {
		$before   = stored_copy();
		$before   = $before && $before['server'] === $server ? $before : null;
		$language = directory_language( $lang ? $lang : get_bloginfo( 'language' ) );
		$copy     = read_copy( $server, array( $language ), $before );
		if ( $copy ) {
			update_option( COPY, $copy, false );
		}
		// The address that is stored stays while its directory is away.
		$answers[ $server ] = $copy || $before;
	}
	return $answers[ $server ];
}

/** Adds the page to the menu Settings. */
function add_page(): void {
	$title = __( 'Nearest centre', 'nearest-centre' );
	add_options_page( $title, $title, 'manage_options', PAGE, __NAMESPACE__ . '\show_page' );
}

/**
 * Adds a link to the page in the list of plugins.
 *
 * @param string[] $links The links of the plugin.
 */
function add_link_to_page( array $links ): array {
	$link = sprintf( '<a href="%s">%s</a>', esc_url( admin_url( 'options-general.php?page=' . PAGE ) ), esc_html__( 'Settings', 'nearest-centre' ) );
	return array_merge( array( $link ), $links );
}

/** Reads the helplines at once, for the button of the page. */
function read_now(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		wp_die( esc_html__( 'You may not change these settings.', 'nearest-centre' ), '', array( 'response' => 403 ) );
	}
	check_admin_referer( READ_NOW );
	$answer = refresh() ? 'yes' : 'no';
	wp_safe_redirect( admin_url( 'options-general.php?page=' . PAGE . "&read=$answer" ) );
	exit;
}

/** Writes the page. */
function show_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings = settings();
	$ways     = array(
		'component' => __( 'Component: the finder within the page', 'nearest-centre' ),
		'frame'     => __( 'Frame: the finder in a frame', 'nearest-centre' ),
		'link'      => __( 'Link: only the helplines and a link', 'nearest-centre' ),
	);
	?>
	<div class="wrap">
	<h1><?php esc_html_e( 'Nearest centre', 'nearest-centre' ); ?></h1>
	<p><?php esc_html_e( 'Add the block “Nearest centre” to a page, or write [nearest-centre] into its text.', 'nearest-centre' ); ?></p>
	<form method="post" action="options.php">
	<?php settings_fields( PAGE ); ?>
	<table class="form-table" role="presentation">
	<?php
	show_field( 'server', __( 'Address of the directory', 'nearest-centre' ), $settings['server'], 'https://directory.example.org', __( 'It begins with https://.', 'nearest-centre' ) );
	show_field( 'lang', __( 'Language', 'nearest-centre' ), $settings['lang'], 'nl', __( 'Such as nl or fr. Empty: the language of this site.', 'nearest-centre' ) );
	show_field( 'accent', __( 'Accent colour', 'nearest-centre' ), $settings['accent'], '#00aa66', __( 'For the component. Empty: its own colour.', 'nearest-centre' ) );
	?>
	<tr><th scope="row"><label for="nearest-centre-way"><?php esc_html_e( 'Way', 'nearest-centre' ); ?></label></th><td>
	<select id="nearest-centre-way" name="<?php echo esc_attr( SETTINGS ); ?>[way]">
	<?php foreach ( $ways as $way => $label ) : ?>
		<option value="<?php echo esc_attr( $way ); ?>"<?php selected( $settings['way'], $way ); ?>><?php echo esc_html( $label ); ?></option>
	<?php endforeach; ?>
	</select></td></tr>
	<?php
	show_field( 'pinned', __( 'Pinned file', 'nearest-centre' ), trim( $settings['pinned'] . ' ' . $settings['integrity'] ), '', __( 'Only if a person maintains this site: paste the line with “integrity” from the page for partners. After an update of the directory visitors see only the helplines and the link, until you paste the new line.', 'nearest-centre' ) );
	?>
	</table>
	<?php submit_button(); ?>
	</form>
	<?php show_copy( $settings ); ?>
	</div>
	<?php
}

/**
 * Writes a row with a field for text.
 *
 * @param string $name    The name of the setting.
 * @param string $label   The label.
 * @param string $value   The value.
 * @param string $example A placeholder.
 * @param string $help    What to write.
 */
function show_field( string $name, string $label, string $value, string $example, string $help ): void {
	printf(
		'<tr><th scope="row"><label for="nearest-centre-%1$s">%2$s</label></th><td><input type="text" class="regular-text code" id="nearest-centre-%1$s" name="%3$s[%1$s]" value="%4$s" placeholder="%5$s" aria-describedby="nearest-centre-%1$s-help" autocomplete="off"><p class="description" id="nearest-centre-%1$s-help">%6$s</p></td></tr>',
		esc_attr( $name ),
		esc_html( $label ),
		esc_attr( SETTINGS ),
		esc_attr( $value ),
		esc_attr( $example ),
		esc_html( $help )
	);
}

/**
 * Writes which helplines visitors see, and since when.
 *
 * @param array $settings The settings.
 */
function show_copy( array $settings ): void {
	$copy = stored_copy();
	// Only which of two sentences is shown depends on it.
	$read = sanitize_key( wp_unslash( $_GET['read'] ?? '' ) ); // phpcs:ignore WordPress.Security.NonceVerification
	echo '<h2>' . esc_html__( 'The helplines that visitors see', 'nearest-centre' ) . '</h2>';
	if ( 'no' === $read ) {
		wp_admin_notice( __( 'The directory did not answer. Visitors see the helplines that were read before.', 'nearest-centre' ), array( 'type' => 'error' ) );
	} elseif ( 'yes' === $read ) {
		wp_admin_notice( __( 'The helplines were read again.', 'nearest-centre' ), array( 'type' => 'success' ) );
	}
	if ( ! $copy ) {
		echo '<p>' . esc_html__( 'None yet: save the address of the directory.', 'nearest-centre' ) . '</p>';
		return;
	}
	/* translators: %s: date and time */
	echo '<p>' . esc_html( sprintf( __( 'Read on %s. They are read again every hour.', 'nearest-centre' ), wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $copy['at'] ) ) ) . '</p>';
	$lang  = $settings['lang'] ? $settings['lang'] : get_bloginfo( 'language' );
	$words = words_of( $copy, $lang );
	// Each part is escaped where it is made; WordPress would remove the element bdi.
	echo helplines( short_list( $copy, '' ), $words ); // phpcs:ignore WordPress.Security.EscapeOutput
	?>
	<form method="post" action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>">
	<input type="hidden" name="action" value="<?php echo esc_attr( READ_NOW ); ?>">
	<?php wp_nonce_field( READ_NOW ); ?>
	<button class="button"><?php esc_html_e( 'Read them now', 'nearest-centre' ); ?></button>
	</form>
	<?php
}
