/** @import { Translator } from "./i18n.js" */

/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 *
 * @typedef {Record<string, string>} Texts One text by language tag (BCP 47).
 *
 * @typedef {object} Helpline
 * @property {string} id
 * @property {string} kind
 * @property {string[]} countries ISO 3166-1; empty: everywhere.
 * @property {string} [number] As it is dialled.
 * @property {string} [display] As it is shown.
 * @property {string} [url]
 * @property {Texts} [name]
 * @property {string} [hours]
 *
 * @typedef {object} Phone
 * @property {string} number
 * @property {string} [display]
 * @property {string} kind
 * @property {string} [hours] When calls are answered, in OpenStreetMap's syntax.
 * @property {Intervals} [open] If calls are not always answered.
 *
 * @typedef {object} SpokenLanguage
 * @property {string} code BCP 47.
 * @property {boolean} [interpreter]
 *
 * @typedef {object} Address
 * @property {string} [street]
 * @property {Texts} [street_translations]
 * @property {string} [postcode]
 * @property {Texts} [locality]
 *
 * @typedef {object} Location
 * @property {number} lat Degrees (WGS84).
 * @property {number} lon Degrees (WGS84).
 * @property {string} precision
 *
 * @typedef {object} Temporary Values for some days, in the centre's time zone.
 * @property {string} [from] The first day (RFC 3339).
 * @property {string} [until] The last day.
 * @property {Address} [address]
 * @property {Location} [location]
 * @property {Phone[]} [phones]
 * @property {string} [opening_hours]
 *
 * @typedef {object} Centre
 * @property {string} id
 * @property {string} name
 * @property {string} status
 * @property {string} [closed_until] The last day on which it is temporarily closed (RFC 3339).
 * @property {Address} address
 * @property {string} [address_visibility]
 * @property {Location} [location]
 * @property {Phone[]} [phones]
 * @property {string} [website]
 * @property {SpokenLanguage[]} [languages]
 * @property {string[]} [services]
 * @property {string[]} [audiences]
 * @property {string} [opening_hours] In OpenStreetMap's syntax.
 * @property {Temporary} [temporary]
 * @property {Partial<Temporary>} [permanent] What temporary values take the place of, while they
 *   are in it.
 * @property {string} [timezone] IANA.
 * @property {Intervals} [open]
 * @property {string} [freshness]
 * @property {boolean} [changed_since] Whether it was changed after it was confirmed.
 *
 * @typedef {{start: number, end: number, state: OpenWord}[]} Intervals Minutes since 1970, UTC.
 *
 * @typedef {"open" | "closed" | "unknown"} OpenWord
 *
 * @typedef {object} PostcodeTable Columns; docs/bundle.md explains them.
 * @property {string} pattern
 * @property {Record<string, string>} foreign_patterns
 * @property {string[]} institutions
 * @property {string[]} codes
 * @property {number[]} lat
 * @property {number[]} lon
 * @property {number} accuracy_base_m
 * @property {number[]} accuracy_extra_m
 * @property {string[]} names
 * @property {Record<string, string[]>} other_names
 * @property {string[]} other_name_languages
 *
 * @typedef {object} Meaning What some names mean, by the keys of postcodes, separated by spaces.
 * @property {string} [town] Of the only municipality with the name, its main postcode first.
 * @property {string} [towns] Of others to choose from.
 * @property {string} [parts] Those in which a part has the name.
 * @property {boolean} [apart] Whether they are too far from each other to be one place.
 * @property {string} [abroad] The neighbours (ISO 3166-1) that have such a name, too.
 * @property {boolean} [likely_abroad] Whether more people mean that.
 *
 * @typedef {object} NamesRecord Every name of a place in a country.
 * @property {(Meaning & {names: string[]})[]} names In the order in which they are suggested.
 * @property {string[]} words What people type who need a number, folded.
 *
 * @typedef {object} BundleRecord A bundle as the directory serves it; with its table, once that is
 *   loaded.
 * @property {number} format
 * @property {string} [revision]
 * @property {string} country ISO 3166-1.
 * @property {string[]} country_names That people write after a place.
 * @property {string} generated_at RFC 3339; the opening hours are known from here ...
 * @property {string} valid_until ... until here.
 * @property {Helpline[]} helplines Of its country.
 * @property {Helpline[]} helplines_abroad Of the others in which a place is found.
 * @property {Centre[]} centres
 * @property {Record<string, number>} location_uncertainty_m
 * @property {PostcodeTable | string} postcodes The table, or its address.
 * @property {string[]} neighbours Countries (ISO 3166-1) whose postcodes are with their names.
 * @property {Coverage} coverage
 * @property {{name: string}[]} attribution
 *
 * @typedef {object} Coverage
 * @property {string[]} countries ISO 3166-1.
 * @property {OutlineRecord[]} outlines In the order in which they are asked.
 *
 * @typedef {object} OutlineRecord The outline of a country, as a bundle has it.
 * @property {string} country ISO 3166-1.
 * @property {number} margin_m How far its line may be from the border.
 * @property {boolean} is_exact Whether what is well inside is certainly in the country.
 * @property {number[][]} rings Outer rings turn to the left, holes to the right.
 *
 * @typedef {object} Origin
 * @property {number} lat Degrees (WGS84).
 * @property {number} lon Degrees (WGS84).
 * @property {number} accuracy Metres.
 * @property {PostcodePlace[]} [places] All places of a town that was named without a postcode.
 * @property {string} [unknownName] The name that was typed with its postcode, folded, if the table
 *   does not have it.
 *
 * @typedef {object} NamedPlace
 * @property {string} code A postcode; empty for a town with several.
 * @property {string} name
 * @property {Texts} [nameByLanguage] Where it differs from `name`.
 * @property {NamedPlace[]} [alternatives] Other places with the name of a municipality.
 * @property {string[]} [also] The neighbours that may have it, too (ISO 3166-1).
 *
 * @typedef {Origin & NamedPlace} Place
 *
 * @typedef {Place & {key: string, names: string[]}} PostcodePlace With its key in `places`, and its
 *   own names in all languages.
 *
 * @typedef {Meaning & {name: string}} NamedMeaning With the name as it is written.
 *
 * @typedef {[lon: number, lat: number][]} Ring
 *
 * @typedef {object} UnpackedPostcodes
 * @property {Map<string, PostcodePlace>} places By postcode in capitals, without spaces and
 *   hyphens.
 * @property {RegExp} pattern How the country writes its postcodes.
 * @property {[country: string, pattern: RegExp][]} foreignPatterns
 * @property {Set<string>} institutions
 * @property {(Omit<OutlineRecord, "rings"> & {rings: Ring[]})[]} areas The outlines, unpacked.
 * @property {Map<string, NamedMeaning>} names By each folded name: until every name is loaded,
 *   those of the postcodes.
 * @property {Set<string>} words What people type who need a number, folded.
 *
 * @typedef {BundleRecord & UnpackedPostcodes} Bundle
 *
 * @typedef {object} Filters
 * @property {string} [language] BCP 47.
 * @property {string} [service]
 * @property {string} [audience]
 *
 * @typedef {object} Listed A centre in a list.
 * @property {Centre} centre
 * @property {number | null} distance_m Null before a search.
 *
 * @typedef {object} Result A centre in an answer.
 * @property {Centre} centre
 * @property {number} distance_m
 * @property {string[]} shown_because `closest` or `maybe_closest`, `near`, `speaks:nl`;
 *   `temporarily_closed`.
 * @property {string[]} does_not_match The filters that it does not pass: `service`, `audience`,
 *   `speaks`.
 *
 * @typedef {object} Refusal Why typed text is no place.
 * @property {undefined} [place]
 * @property {string} error
 * @property {NamedPlace[]} suggestions
 * @property {string[]} countries In which the place may be (ISO 3166-1).
 * @property {boolean} [isAbroad] Whether most people mean the one there.
 * @property {string} [reason] Why the postcode of another country is refused; by default because
 *   there are no postcodes of that country.
 *
 * @typedef {object} Found
 * @property {Place} place
 * @property {undefined} [error]
 * @property {undefined} [suggestions]
 * @property {undefined} [countries]
 *
 * @typedef {Found | Refusal} Resolution
 *
 * @typedef {object} Question
 * @property {string} country In which it is searched (ISO 3166-1).
 * @property {string} text As it was typed.
 *
 * @typedef {object} OriginKind
 * @property {string} [country] Of a postcode or a town (ISO 3166-1).
 * @property {number} [region] Of the map.
 * @property {string[]} [also] Neighbouring countries that may have the same postcode or name.
 * @property {string} [typed] With `also`: what is searched there.
 *
 * @typedef {Origin & Partial<NamedPlace> & OriginKind} SearchOrigin
 *
 * @typedef {{label: string, origin: SearchOrigin}} Offered A place while one types.
 *
 * @typedef {object} Answer
 * @property {SearchOrigin | null} origin Null before a search.
 * @property {Listed[]} cards
 * @property {Result[]} results None before a search.
 * @property {Filters} filters
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 *
 * @typedef {Refusal & WhatElse} Refused
 *
 * @typedef {object} WhatElse What may be tried in place of what was refused.
 * @property {string} country Of the suggestions (ISO 3166-1).
 * @property {string} text As it was typed.
 * @property {string[]} elsewhere The neighbours (ISO 3166-1) in which it may be.
 * @property {string} [textThere] What is searched there, if not all.
 *
 * @typedef {object} Loaded What a search needs.
 * @property {Translator} translator
 * @property {Bundle} bundle
 * @property {boolean} isOld Whether the bundle is a copy from the browser's cache.
 *
 * @typedef {object} WordsRecord What the directory says in a language. Without cards it is too
 *   large for a device.
 * @property {string} tag BCP 47.
 * @property {string} direction ltr or rtl.
 * @property {boolean} reviewed
 * @property {string[]} borrowed Keys whose words are English.
 * @property {Record<string, string>} words
 * @property {WeekWords} [week]
 * @property {string} [country] The directory's own (ISO 3166-1).
 * @property {string} [revision]
 * @property {Record<string, Written>} [cards] By the id of their centre.
 * @property {Record<string, Written>} [temporary] With temporary values.
 * @property {Record<string, WrittenLine>} [lines] By the id of their helpline.
 *
 * @typedef {[tag: string, attributes: Record<string, string>, ...any[]]} Written An element, with
 *   elements and texts in it.
 *
 * @typedef {object} WrittenLine The links of a helpline.
 * @property {string} kind
 * @property {string} number As it is dialled; empty for a site.
 * @property {string[]} countries ISO 3166-1.
 * @property {Written} own In its country.
 * @property {Written} abroad
 *
 * @typedef {object} WeekWords
 * @property {string[]} days The names of the days, from Monday, as they stand alone.
 * @property {string} range With {0} and {1}.
 */

export {};
