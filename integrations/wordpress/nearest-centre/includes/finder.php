<?php
/**
 * The block, the shortcode and oEmbed: what a visitor gets.
 *
 * @package nearest-centre
 */

namespace NearestCentre;

defined( 'ABSPATH' ) || exit;

const HANDLE = 'nearest-centre';

/** Registers the style sheet, the block and the shortcode. */
function register(): void {
	wp_register_style( HANDLE, plugins_url( 'style.css', FILE ), array(), VERSION );
	wp_register_script(
		'nearest-centre-editor',
		plugins_url( 'block/editor.js', FILE ),
		array( 'wp-block-editor', 'wp-blocks', 'wp-components', 'wp-element', 'wp-server-side-render' ),
		VERSION,
		true
	);
	register_block_type( dirname( FILE ) . '/block' );
	add_shortcode( 'nearest-centre', __NAMESPACE__ . '\shortcode' );
	add_filter( 'wp_script_attributes', __NAMESPACE__ . '\add_integrity' );
	add_action( 'enqueue_block_editor_assets', __NAMESPACE__ . '\add_editor_texts' );
}

/** Lets the address of the directory's finder, alone on a line, become a frame (oEmbed). */
function register_oembed(): void {
	$server = settings()['server'];
	if ( $server ) {
		wp_oembed_add_provider( "$server/embed*", "$server/oembed" );
		add_filter( 'oembed_dataparse', __NAMESPACE__ . '\own_frame', 20, 3 );
	}
}

/**
 * The frame of the finder, whatever HTML the directory answered: WordPress trusts that of providers
 * that are added, also where the plugin puts no script of the directory on the page.
 *
 * @param string|false $html What WordPress has made of the answer.
 * @param object       $data The answer.
 * @param string       $url  The address that is alone on a line.
 * @return string|false
 */
function own_frame( $html, $data, $url ) {
	$server = settings()['server'];
	if ( ! $server || ! str_starts_with( $url, "$server/embed" ) ) {
		return $html;
	}
	wp_parse_str( (string) wp_parse_url( $url, PHP_URL_QUERY ), $query );
	$lang = clean_language( $query['lang'] ?? '' );
	return frame( $url, words_of( stored_copy(), $lang ? $lang : get_bloginfo( 'language' ) ) );
}

/**
 * The output of [nearest-centre lang="nl" service="legal"].
 *
 * @param array|string $given The attributes.
 */
function shortcode( $given ): string {
	$empty = array_fill_keys( array( 'lang', 'way', 'country', 'service', 'audience', 'language' ), '' );
	return finder( shortcode_atts( $empty, (array) $given, 'nearest-centre' ), 'class="nearest-centre"' );
}

/**
 * The helplines and a link, both without scripts, and the component or the frame.
 *
 * The helplines are outside the component: they stay where they are when it appears.
 *
 * @param array  $given   Attributes of the block or the shortcode.
 * @param string $wrapper The attributes of the element around it, escaped.
 */
function finder( array $given, string $wrapper ): string {
	$settings = settings();
	if ( ! $settings['server'] ) {
		// Visitors see nothing; those who can change it see why.
		return current_user_can( 'manage_options' ) ? '<p>' . esc_html__( 'The address of the directory is missing: Settings, Nearest centre.', 'nearest-centre' ) . '</p>' : '';
	}
	$lang = clean_language( $given['lang'] ?? '' );
	$lang = $lang ? $lang : ( $settings['lang'] ? $settings['lang'] : clean_language( get_bloginfo( 'language' ) ) );
	$lang = $lang ? $lang : 'en';
	$way  = in_array( $given['way'] ?? '', WAYS, true ) ? $given['way'] : $settings['way'];
	$way  = is_feed() ? 'link' : $way;

	$filters = array_filter(
		array(
			'language' => clean_language( $given['language'] ?? '' ),
			'service'  => clean_code( $given['service'] ?? '' ),
			'audience' => clean_code( $given['audience'] ?? '' ),
		)
	);
	$country = clean_country( $given['country'] ?? '' );
	$copy    = copy_for( $lang );
	$words   = words_of( $copy, $lang );

	wp_enqueue_style( HANDLE );
	$list  = $copy ? helplines( short_list( $copy, $country ), $words ) : '';
	$query = array( 'lang' => $lang ) + $filters;
	$link  = sprintf(
		'<a class="nearest-centre-link" href="%s" rel="noreferrer"%s>%s</a>',
		esc_url( $settings['server'] . '/?' . http_build_query( $query ) ),
		english( $words, 'heading' ),
		esc_html( $words['words']['heading'] )
	);
	switch ( $way ) {
		case 'component':
			$finder = component( $settings, array( 'lang' => $lang, 'country' => $country ) + $filters, $link );
			break;
		case 'frame':
			$finder = frame( $settings['server'] . '/embed?' . http_build_query( $query ), $words ) . "<p>$link</p>";
			break;
		default:
			$finder = "<p>$link</p>";
	}
	return sprintf(
		'<div %s lang="%s" dir="%s">%s%s</div>',
		$wrapper,
		esc_attr( $words['tag'] ),
		esc_attr( $words['direction'] ),
		$list,
		$finder
	);
}

/**
 * The texts for a language: those of the copy, in English if it does not have the language.
 *
 * @param array|null $copy The copy.
 * @param string     $lang A BCP 47 tag.
 */
function words_of( ?array $copy, string $lang ): array {
	$ours = array(
		'tag'       => 'en',
		'direction' => 'ltr',
		'borrowed'  => array(),
		'words'     => array(
			'heading'           => 'Find a centre',
			'title'             => 'Addresses nearby',
			'helplines.heading' => 'In danger now? Call.',
		),
	);
	return $copy['words'][ directory_language( $lang ) ] ?? $copy['words']['en'] ?? $ours;
}

/**
 * The attribute that says that a text is English in another language.
 *
 * @param array  $words The texts of a language.
 * @param string $key   The name of a text.
 */
function english( array $words, string $key ): string {
	return in_array( $key, $words['borrowed'], true ) ? ' lang="en" dir="ltr"' : '';
}

/**
 * The list of helplines.
 *
 * @param array $lines Clean helplines.
 * @param array $words The texts of a language.
 */
function helplines( array $lines, array $words ): string {
	$items = '';
	foreach ( $lines as $line ) {
		$items .= '<li>' . helpline( $line, $words ) . '</li>';
	}
	$heading = sprintf( '<p class="nearest-centre-heading"%s>%s</p>', english( $words, 'helplines.heading' ), esc_html( $words['words']['helplines.heading'] ) );
	return $items ? "$heading<ul class=\"nearest-centre-helplines\">$items</ul>" : '';
}

/**
 * One helpline: its number or site as a link, and what it is.
 *
 * A short number for danger has its country beside it, unless it is that of all of Europe: the page
 * may be read in another country.
 *
 * @param array $line  A clean helpline.
 * @param array $words The texts of a language.
 */
function helpline( array $line, array $words ): string {
	$tag       = $words['tag'];
	$in_danger = in_array( $line['kind'], DANGER, true );
	$is_named  = ! $in_danger && isset( $line['name'][ $tag ] );
	$kind      = $words['words'][ 'helpline.' . $line['kind'] ] ?? '';
	// The words for this kind do not say whom the line is for.
	$is_vague = 'other_line' === $line['kind'] || '' === $kind;
	if ( $is_named ) {
		$name = esc_html( $line['name'][ $tag ] );
	} elseif ( $is_vague && isset( $line['name']['en'] ) ) {
		$name = '<span lang="en" dir="ltr">' . esc_html( $line['name']['en'] ) . '</span>';
	} else {
		$name = sprintf( '<span%s>%s</span>', english( $words, 'helpline.' . $line['kind'] ), esc_html( $kind ) );
	}
	if ( $in_danger && '112' !== $line['number'] ) {
		$name .= ' – ' . esc_html( implode( ', ', array_map( fn ( $code ) => country_name( $code, $tag ), $line['countries'] ) ) );
	}
	if ( ! $is_named && $line['always'] && isset( $words['words']['hours.always'] ) ) {
		$name .= sprintf( ' · <span%s>%s</span>', english( $words, 'hours.always' ), esc_html( $words['words']['hours.always'] ) );
	}
	if ( '' !== $line['number'] ) {
		$href    = 'tel:' . $line['number'];
		$display = '' !== $line['display'] ? $line['display'] : $line['number'];
		$rel     = '';
	} else {
		$href    = $line['urls'][ $tag ] ?? $line['url'];
		$display = preg_replace( '/^www\./', '', (string) wp_parse_url( $href, PHP_URL_HOST ) );
		$rel     = ' rel="noreferrer noopener"';
	}
	return sprintf( '<a href="%s"%s><bdi dir="ltr">%s</bdi> %s</a>', esc_url( $href, array( 'tel', 'https' ) ), $rel, esc_html( $display ), $name );
}

/**
 * The name of a country in a language; its code where PHP has no intl.
 *
 * @param string $code ISO 3166-1.
 * @param string $tag  A BCP 47 tag.
 */
function country_name( string $code, string $tag ): string {
	return class_exists( 'Locale' ) ? \Locale::getDisplayRegion( "und-$code", $tag ) : $code;
}

/**
 * The component. The link in it is shown until its file has run, and if it cannot.
 *
 * @param array  $settings   The settings.
 * @param array  $attributes Its attributes.
 * @param string $link       HTML.
 */
function component( array $settings, array $attributes, string $link ): string {
	$is_pinned = $settings['pinned'] && $settings['integrity'];
	$file      = $is_pinned ? $settings['pinned'] : 'nearest-centre.js';
	wp_enqueue_script_module( HANDLE, $settings['server'] . "/embed/$file", array(), null );
	$written = '';
	foreach ( array_filter( $attributes + array( 'accent' => $settings['accent'] ) ) as $name => $value ) {
		$written .= sprintf( ' %s="%s"', $name, esc_attr( $value ) );
	}
	return "<nearest-centre$written>$link</nearest-centre>";
}

/**
 * Adds the hash of a pinned file to the element of its script.
 *
 * @param array $attributes The attributes of a script of the page.
 */
function add_integrity( array $attributes ): array {
	$settings = settings();
	if ( HANDLE . '-js-module' === ( $attributes['id'] ?? '' ) && $settings['pinned'] && $settings['integrity'] ) {
		$attributes['integrity']   = $settings['integrity'];
		$attributes['crossorigin'] = 'anonymous';
	}
	return $attributes;
}

/**
 * The frame.
 *
 * @param string $address Its address.
 * @param array  $words   The texts of a language.
 */
function frame( string $address, array $words ): string {
	return sprintf(
		'<iframe class="nearest-centre-frame" src="%s" title="%s" width="100%%" height="840" allow="geolocation" referrerpolicy="no-referrer" loading="lazy"></iframe>',
		esc_url( $address ),
		esc_attr( $words['words']['title'] )
	);
}

/** Gives the editor its texts, so that one file of translations has all. */
function add_editor_texts(): void {
	$texts = array(
		'settings'  => __( 'Finder', 'nearest-centre' ),
		'way'       => __( 'Way', 'nearest-centre' ),
		'asInAll'   => __( 'As in the settings', 'nearest-centre' ),
		'component' => __( 'Component: the finder within the page', 'nearest-centre' ),
		'frame'     => __( 'Frame: the finder in a frame', 'nearest-centre' ),
		'link'      => __( 'Link: only the helplines and a link', 'nearest-centre' ),
		'lang'      => __( 'Language', 'nearest-centre' ),
		'langHelp'  => __( 'Such as nl or fr. Empty: as in the settings.', 'nearest-centre' ),
		'filters'   => __( 'Only some centres', 'nearest-centre' ),
		'country'   => __( 'Country of the postcodes', 'nearest-centre' ),
		'language'  => __( 'Language spoken at the centre', 'nearest-centre' ),
		'service'   => __( 'Service', 'nearest-centre' ),
		'audience'  => __( 'Audience', 'nearest-centre' ),
		'codeHelp'  => __( 'A code from the page for partners of the directory.', 'nearest-centre' ),
	);
	wp_add_inline_script( 'nearest-centre-editor', 'window.nearestCentreTexts = ' . wp_json_encode( $texts, JSON_HEX_TAG ) . ';', 'before' );
}
