<?php
/**
 * Plugin Name:       Nearest centre
 * Description:       Shows the helplines of a directory of specialised centres, and the closest centre, in a block or a shortcode.
 * Version:           0.1.0
 * Requires at least: 6.5
 * Requires PHP:      8.0
 * License:           MIT
 * License URI:       https://opensource.org/license/mit
 * Text Domain:       nearest-centre
 * Domain Path:       /languages
 *
 * @package nearest-centre
 */

namespace NearestCentre;

defined( 'ABSPATH' ) || exit;

const VERSION = '0.1.0';
const FILE    = __FILE__;

require __DIR__ . '/includes/options.php';
require __DIR__ . '/includes/directory.php';
require __DIR__ . '/includes/finder.php';
require __DIR__ . '/includes/settings.php';

add_action( 'init', __NAMESPACE__ . '\load_texts', 5 );
add_action( 'init', __NAMESPACE__ . '\register' );
add_action( 'init', __NAMESPACE__ . '\register_oembed' );
add_action( REFRESH, __NAMESPACE__ . '\refresh' );
register_activation_hook( __FILE__, __NAMESPACE__ . '\activate' );
register_deactivation_hook( __FILE__, __NAMESPACE__ . '\deactivate' );

/**
 * Loads the plugin's own translations, one for each language: nl_NL and nl_BE are the same here.
 */
function load_texts(): void {
	$language = substr( determine_locale(), 0, 2 );
	$file     = __DIR__ . "/languages/nearest-centre-$language.mo";
	if ( ctype_alpha( $language ) && is_readable( $file ) ) {
		load_textdomain( 'nearest-centre', $file );
	}
}

/** Reads the helplines again every hour. */
function activate(): void {
	if ( ! wp_next_scheduled( REFRESH ) ) {
		wp_schedule_event( time() + HOUR_IN_SECONDS, 'hourly', REFRESH );
	}
}

/** Stops that. The settings stay until the plugin is deleted. */
function deactivate(): void {
	wp_clear_scheduled_hook( REFRESH );
}
