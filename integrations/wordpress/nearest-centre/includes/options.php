<?php
/**
 * What is stored, and what each value may be.
 *
 * @package nearest-centre
 */

namespace NearestCentre;

defined( 'ABSPATH' ) || exit;

/** The option with the settings; the option with the last good copy; the event of every hour. */
const SETTINGS = 'nearest_centre';
const COPY     = 'nearest_centre_copy';
const REFRESH  = 'nearest_centre_refresh';
const WAYS     = array( 'component', 'frame', 'link' );

/**
 * The settings, complete and clean, whatever is stored.
 *
 * @return array{server: string, lang: string, accent: string, way: string, pinned: string, integrity: string}
 */
function settings(): array {
	$stored = get_option( SETTINGS );
	$stored = is_array( $stored ) ? $stored : array();
	return array(
		'server'    => clean_server( $stored['server'] ?? '' ),
		'lang'      => clean_language( $stored['lang'] ?? '' ),
		'accent'    => clean_colour( $stored['accent'] ?? '' ),
		'way'       => clean_way( $stored['way'] ?? '' ),
		'pinned'    => clean_pinned( $stored['pinned'] ?? '' ),
		'integrity' => clean_integrity( $stored['integrity'] ?? '' ),
	);
}

/**
 * The address of a directory without a slash at its end, or an empty string if it is none.
 *
 * Only https: a network in between must not be able to change a phone number. An address of this
 * computer may be http, to try the plugin on a site of this computer.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_server( $value ): string {
	$address = is_string( $value ) ? trim( $value ) : '';
	$parts   = wp_parse_url( $address );
	if ( ! $parts || empty( $parts['host'] ) || array_diff_key( $parts, array_flip( array( 'scheme', 'host', 'port', 'path' ) ) ) ) {
		return '';
	}
	$scheme = strtolower( $parts['scheme'] ?? '' );
	if ( 'https' !== $scheme && ! ( 'http' === $scheme && is_this_computer( $address ) ) ) {
		return '';
	}
	if ( ! preg_match( '~^[A-Za-z0-9.\-]+$|^\[[0-9A-Fa-f:]+\]$~', $parts['host'] ) || ! preg_match( '~^[A-Za-z0-9/._\-]*$~', $parts['path'] ?? '' ) ) {
		return '';
	}
	return untrailingslashit( sanitize_url( $address, array( 'https', 'http' ) ) );
}

/**
 * Whether an address is of the computer that WordPress runs on, and so is the site: it is being
 * tried. An administrator of one site of a public network must not make requests to what else runs
 * on its server.
 *
 * @param string $address A URL.
 */
function is_this_computer( string $address ): bool {
	$here = fn ( $url ) => in_array( wp_parse_url( $url, PHP_URL_HOST ), array( 'localhost', '127.0.0.1', '[::1]' ), true );
	return $here( $address ) && ( $here( home_url() ) || 'local' === wp_get_environment_type() );
}

/**
 * A language tag (BCP 47), or an empty string.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_language( $value ): string {
	$tag = is_string( $value ) ? str_replace( '_', '-', trim( $value ) ) : '';
	return preg_match( '/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/', $tag ) ? $tag : '';
}

/**
 * A code of the directory, such as `legal`, or an empty string.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_code( $value ): string {
	$code = is_string( $value ) ? trim( $value ) : '';
	return preg_match( '/^[a-z0-9]+([-_][a-z0-9]+)*$/', $code ) && strlen( $code ) <= 60 ? $code : '';
}

/**
 * A country (ISO 3166-1), or an empty string.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_country( $value ): string {
	$code = is_string( $value ) ? strtoupper( trim( $value ) ) : '';
	return preg_match( '/^[A-Z]{2}$/', $code ) ? $code : '';
}

/**
 * A colour such as #0a6 or #00aa66, or an empty string.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_colour( $value ): string {
	return ( is_string( $value ) ? sanitize_hex_color( trim( $value ) ) : '' ) ?? '';
}

/**
 * One of the ways, the component if it is none.
 *
 * @param mixed $value What was typed or stored.
 */
function clean_way( $value ): string {
	return in_array( $value, WAYS, true ) ? $value : WAYS[0];
}

/**
 * The name of the component's file with a hash in it, or an empty string.
 *
 * @param mixed $value A name, or the line that /partners shows.
 */
function clean_pinned( $value ): string {
	return is_string( $value ) && preg_match( '/nearest-centre\.[0-9a-f]{16}\.js/', $value, $found ) ? $found[0] : '';
}

/**
 * The hash with which a browser checks that file, or an empty string.
 *
 * @param mixed $value A hash, or the line that /partners shows.
 */
function clean_integrity( $value ): string {
	return is_string( $value ) && preg_match( '~sha384-[A-Za-z0-9+/]{64}~', $value, $found ) ? $found[0] : '';
}
