/* The block in the editor. It has no build step: what it needs is in window.wp. */
( ( { blocks, blockEditor, components, element, serverSideRender } ) => {
	const { createElement: el, Fragment } = element;
	const { PanelBody, SelectControl, TextControl, Disabled } = components;
	const texts = window.nearestCentreTexts;

	function edit( { attributes, setAttributes } ) {
		const common = { __nextHasNoMarginBottom: true, __next40pxDefaultSize: true };
		const text = ( name, help ) =>
			el( TextControl, {
				...common,
				label: texts[ name ],
				help,
				value: attributes[ name ],
				onChange: ( value ) => setAttributes( { [ name ]: value } ),
			} );
		const ways = [ 'component', 'frame', 'link' ].map( ( value ) => ( {
			value,
			label: texts[ value ],
		} ) );
		const way = el( SelectControl, {
			...common,
			label: texts.way,
			value: attributes.way,
			options: [ { value: '', label: texts.asInAll }, ...ways ],
			onChange: ( value ) => setAttributes( { way: value } ),
		} );
		return el(
			Fragment,
			null,
			el(
				blockEditor.InspectorControls,
				null,
				el( PanelBody, { title: texts.settings }, way, text( 'lang', texts.langHelp ) ),
				el(
					PanelBody,
					{ title: texts.filters, initialOpen: false },
					text( 'service', texts.codeHelp ),
					text( 'audience', texts.codeHelp ),
					text( 'language' ),
					text( 'country' )
				)
			),
			el(
				'div',
				blockEditor.useBlockProps(),
				// A link in the preview would leave the editor.
				el( Disabled, null, el( serverSideRender, { block: 'nearest-centre/finder', attributes } ) )
			)
		);
	}

	blocks.registerBlockType( 'nearest-centre/finder', { edit, save: () => null } );
} )( window.wp );
