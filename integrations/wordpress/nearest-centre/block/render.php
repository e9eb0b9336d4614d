<?php
/**
 * The output of the block.
 *
 * @package nearest-centre
 * @var array $attributes The attributes of the block.
 */

defined( 'ABSPATH' ) || exit;

// Each part is escaped where it is made.
echo NearestCentre\finder( $attributes, get_block_wrapper_attributes( array( 'class' => 'nearest-centre' ) ) ); // phpcs:ignore WordPress.Security.EscapeOutput
