<?php
/**
 * Removes everything that the plugin has stored, when it is deleted.
 *
 * @package nearest-centre
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/** Removes the options, the pauses and the event of one site. */
function nearest_centre_remove(): void {
	global $wpdb;
	delete_option( 'nearest_centre' );
	delete_option( 'nearest_centre_copy' );
	wp_clear_scheduled_hook( 'nearest_centre_refresh' );
	$names = $wpdb->get_col( $wpdb->prepare( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE %s", $wpdb->esc_like( '_transient_nearest_centre_' ) . '%' ) );
	foreach ( $names as $name ) {
		delete_transient( substr( $name, strlen( '_transient_' ) ) );
	}
}

if ( is_multisite() ) {
	foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $nearest_centre_site ) {
		switch_to_blog( $nearest_centre_site );
		nearest_centre_remove();
		restore_current_blog();
	}
} else {
	nearest_centre_remove();
}
