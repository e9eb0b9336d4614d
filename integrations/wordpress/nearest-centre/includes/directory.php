<?php
/**
 * The helplines and the texts of the directory, and the last good copy of them.
 *
 * WordPress itself reads them, each hour and when the settings are saved. A page shows what is
 * stored, so it does not wait for the directory, and the numbers are there while the directory is
 * away. Nothing of a visitor is in these requests.
 *
 * @package nearest-centre
 */

namespace NearestCentre;

defined( 'ABSPATH' ) || exit;

/** A request ends after so many seconds, also where a page waits for it. */
const TIMEOUT_SECONDS = 3;
/** Without WordPress' hourly event, a page reads again what is older than this. */
const OLD_SECONDS = DAY_IN_SECONDS;
/**
 * From a copy that could not be read again for so long, only the numbers for danger are shown: a
 * helpline may have closed, and its number may be another's by now.
 */
const TOO_OLD_SECONDS = 30 * DAY_IN_SECONDS;
/** After an attempt, successful or not, no page makes another one for so long. */
const PAUSE_SECONDS = 5 * MINUTE_IN_SECONDS;
/** Attributes of shortcodes name languages; only so many are kept. */
const MOST_LANGUAGES = 40;
const MOST_BYTES     = 1_000_000;
/** The kinds of helplines for danger. */
const DANGER = array( 'emergency', 'police' );
/** The names of the directory's texts that the plugin shows. */
const TEXTS = array( 'title', 'heading', 'helplines.heading', 'hours.always' );
/** Its languages that have a script in their names. */
const SCRIPTS = array(
	'sr' => 'sr-Latn',
	'zh' => 'zh-Hans',
);

/**
 * The directory's name of a language: nl for nl-BE.
 *
 * @param string $tag A BCP 47 tag.
 */
function directory_language( string $tag ): string {
	$primary = strtolower( explode( '-', $tag )[0] );
	return SCRIPTS[ $primary ] ?? $primary;
}

/**
 * The last good copy of the directory of the settings; null before the first one.
 *
 * @return array{server: string, at: int, country: string, helplines: array, words: array}|null
 */
function stored_copy(): ?array {
	$copy = get_option( COPY );
	return is_array( $copy ) && ( $copy['server'] ?? null ) === settings()['server'] ? whole_copy( $copy ) : null;
}

/** What a helpline of a copy, and the texts of a language, consist of. */
const LINE_PARTS  = array(
	'kind'      => 'string',
	'number'    => 'string',
	'display'   => 'string',
	'url'       => 'string',
	'urls'      => 'array',
	'name'      => 'array',
	'countries' => 'array',
	'always'    => 'boolean',
);
const WORDS_PARTS = array(
	'tag'       => 'string',
	'direction' => 'string',
	'borrowed'  => 'array',
	'words'     => 'array',
);

/**
 * A copy as it was written, without languages that were not; null if its helplines were not.
 *
 * Another plugin, an import or an earlier version of this one may have changed what is stored.
 *
 * @param array $copy What is stored.
 */
function whole_copy( array $copy ): ?array {
	$lines = $copy['helplines'] ?? null;
	if ( ! is_int( $copy['at'] ?? null ) || ! is_string( $copy['country'] ?? null ) || ! is_array( $lines ) ) {
		return null;
	}
	foreach ( $lines as $line ) {
		if ( ! has_parts( $line, LINE_PARTS ) ) {
			return null;
		}
	}
	if ( ! has_emergency_number( $lines, $copy['country'] ) ) {
		return null;
	}
	$words         = is_array( $copy['words'] ?? null ) ? $copy['words'] : array();
	$copy['words'] = array_filter(
		$words,
		fn ( $each ) => has_parts( $each, WORDS_PARTS ) && isset( $each['words']['heading'], $each['words']['helplines.heading'], $each['words']['title'] )
	);
	return $copy;
}

/**
 * Whether a value is an array with these parts.
 *
 * @param mixed                 $value What is stored.
 * @param array<string, string> $parts Their names and types.
 */
function has_parts( $value, array $parts ): bool {
	foreach ( $parts as $name => $type ) {
		if ( ! is_array( $value ) || gettype( $value[ $name ] ?? null ) !== $type ) {
			return false;
		}
	}
	return true;
}

/**
 * The copy for a page in a language. It is read again only if it lacks the language or is old.
 *
 * @param string $tag A BCP 47 tag.
 */
function copy_for( string $tag ): ?array {
	$copy     = stored_copy();
	$language = directory_language( $tag );
	$is_there = $copy && isset( $copy['words'][ $language ] );
	if ( ( $is_there && time() - $copy['at'] < OLD_SECONDS ) || ! settings()['server'] ) {
		return $copy;
	}
	$pause = 'nearest_centre_pause_' . $language;
	if ( get_transient( $pause ) ) {
		return $copy;
	}
	set_transient( $pause, 1, PAUSE_SECONDS );
	refresh( array( $language ) );
	return stored_copy();
}

/**
 * Reads the directory of the settings again. What cannot be read stays as it was.
 *
 * @param string[]|string $languages Those that are asked for now; the event of every hour has none.
 */
function refresh( $languages = array() ): bool {
	$server = settings()['server'];
	$copy   = $server ? read_copy( $server, (array) $languages, stored_copy() ) : null;
	if ( $copy ) {
		update_option( COPY, $copy, false );
	}
	return null !== $copy;
}

/**
 * Reads helplines and texts; null if there are no good helplines.
 *
 * @param string     $server    The address of the directory.
 * @param string[]   $languages The languages of texts to read, besides those of the copy.
 * @param array|null $before    The copy until now.
 */
function read_copy( string $server, array $languages, ?array $before ): ?array {
	$record    = read_json( "$server/v1/helplines.json" );
	$helplines = clean_helplines( $record['helplines'] ?? null );
	$country   = clean_country( $record['country'] ?? '' );
	if ( ! has_emergency_number( $helplines, $country ) ) {
		return null;
	}
	$started = time();
	$words   = $before['words'] ?? array();
	$wanted  = array_unique( array_filter( array_merge( $languages, array_keys( $words ), array( 'en' ) ) ) );
	foreach ( array_slice( $wanted, 0, MOST_LANGUAGES ) as $language ) {
		// A page may wait for this. The rest is read another time.
		if ( time() - $started > TIMEOUT_SECONDS ) {
			break;
		}
		$read = clean_words( read_json( "$server/embed/words/$language.json" ) );
		if ( $read ) {
			$words[ $language ] = $read;
		}
	}
	return array(
		'server'    => $server,
		'at'        => time(),
		'country'   => $country,
		'helplines' => $helplines,
		'words'     => array_slice( $words, 0, MOST_LANGUAGES, true ),
	);
}

/**
 * The JSON at an address; null if it is not answered in time, or is no object.
 *
 * @param string $address A URL of the directory.
 */
function read_json( string $address ): ?array {
	$answer = wp_remote_get(
		$address,
		array(
			'timeout'             => TIMEOUT_SECONDS,
			'redirection'         => 0,
			'limit_response_size' => MOST_BYTES,
			'reject_unsafe_urls'  => ! is_this_computer( $address ),
			'user-agent'          => 'nearest-centre/' . VERSION, // That of WordPress names the site.
			'headers'             => array( 'Accept' => 'application/json' ),
		)
	);
	if ( 200 !== wp_remote_retrieve_response_code( $answer ) ) {
		return null;
	}
	$record = json_decode( wp_remote_retrieve_body( $answer ), true );
	return is_array( $record ) ? $record : null;
}

/**
 * The helplines that have a number or a site, with only the members that are shown.
 *
 * @param mixed $given What the directory answered.
 */
function clean_helplines( $given ): array {
	$clean = array();
	foreach ( is_array( $given ) ? $given : array() as $line ) {
		if ( ! is_array( $line ) ) {
			continue;
		}
		$number = is_string( $line['number'] ?? null ) && preg_match( '/^\+?[0-9]{2,15}$/', $line['number'] ) ? $line['number'] : '';
		$url    = clean_site( $line['url'] ?? '' );
		if ( '' === $number && '' === $url ) {
			continue;
		}
		$clean[] = array(
			'kind'      => clean_code( $line['kind'] ?? '' ),
			'number'    => $number,
			'display'   => sanitize_text_field( is_string( $line['display'] ?? null ) ? $line['display'] : '' ),
			'url'       => $url,
			'urls'      => array_filter( array_map( __NAMESPACE__ . '\clean_site', (array) ( $line['url_translations'] ?? array() ) ) ),
			'name'      => clean_texts( $line['name'] ?? array() ),
			'countries' => array_values( array_filter( array_map( __NAMESPACE__ . '\clean_country', (array) ( $line['countries'] ?? array() ) ) ) ),
			'always'    => '24/7' === ( $line['hours'] ?? null ),
		);
	}
	return $clean;
}

/**
 * An https address of a site, or an empty string.
 *
 * @param mixed $value What the directory answered.
 */
function clean_site( $value ): string {
	return is_string( $value ) ? sanitize_url( $value, array( 'https' ) ) : '';
}

/**
 * Texts without HTML, by their keys.
 *
 * @param mixed $given What the directory answered.
 * @return array<string, string>
 */
function clean_texts( $given ): array {
	return array_map( 'sanitize_text_field', array_filter( is_array( $given ) ? $given : array(), 'is_string' ) );
}

/**
 * The texts of one language that are shown; null if there are none.
 *
 * @param array|null $record What the directory answered.
 */
function clean_words( ?array $record ): ?array {
	$all   = clean_texts( $record['words'] ?? array() );
	$shown = array_filter(
		$all,
		fn ( $key ) => in_array( $key, TEXTS, true ) || str_starts_with( $key, 'helpline.' ),
		ARRAY_FILTER_USE_KEY
	);
	if ( ! isset( $shown['heading'], $shown['helplines.heading'], $shown['title'] ) ) {
		return null;
	}
	return array(
		'tag'       => clean_language( $record['tag'] ?? '' ),
		'direction' => 'rtl' === ( $record['direction'] ?? '' ) ? 'rtl' : 'ltr',
		'borrowed'  => array_values( array_intersect( array_keys( $shown ), (array) ( $record['borrowed'] ?? array() ) ) ),
		'words'     => $shown,
	);
}

/**
 * Whether there is a number for danger in the country. Without one, an answer is not used.
 *
 * @param array  $helplines Clean helplines.
 * @param string $country   ISO 3166-1.
 */
function has_emergency_number( array $helplines, string $country ): bool {
	foreach ( $helplines as $line ) {
		if ( 'emergency' === $line['kind'] && '' !== $line['number'] && in_array( $country, $line['countries'], true ) ) {
			return true;
		}
	}
	return false;
}

/**
 * The helplines of a country for a short list, in the order in which to try them. As on the pages
 * of the directory, a line for some people is left out where there is one for every victim.
 *
 * @param array  $copy    The copy.
 * @param string $country ISO 3166-1; the directory's own if empty or unknown.
 */
function short_list( array $copy, string $country ): array {
	$of   = fn ( $code ) => array_values( array_filter( $copy['helplines'], fn ( $line ) => in_array( $code, $line['countries'], true ) ) );
	$here = $country && has_emergency_number( $copy['helplines'], $country ) ? $of( $country ) : $of( $copy['country'] );
	if ( time() - $copy['at'] > TOO_OLD_SECONDS ) {
		return array_values( array_filter( $here, fn ( $line ) => in_array( $line['kind'], DANGER, true ) ) );
	}
	if ( ! in_array( 'national_line', array_column( $here, 'kind' ), true ) ) {
		return $here;
	}
	return array_values( array_filter( $here, fn ( $line ) => 'other_line' !== $line['kind'] ) );
}
