/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 *
 * @typedef {Record<string, string>} Texts One text by language tag (BCP 47).
 *
 * @typedef {object} Helpline
 * @property {string} kind
 * @property {string[]} countries ISO 3166-1; empty: everywhere.
 * @property {string} [number] As it is dialled.
 * @property {string} [display] As it is shown.
 * @property {string} [url]
 * @property {Texts} [url_translations]
 * @property {Texts} [name]
 * @property {string} [said] The key of what it offers, for languages without a name.
 * @property {Texts} [note]
 * @property {string} [hours]
 *
 * @typedef {object} Phone
 * @property {string} number
 * @property {string} [display]
 * @property {string} kind
 * @property {string} [hours] When calls are answered, in OpenStreetMap's syntax.
 * @property {WeeklyRule[]} [weekly] As in SaidHours.
 * @property {WeeklyRule[]} [usual]
 * @property {boolean} [closed_on_holidays]
 * @property {DatedRules[]} [dated]
 * @property {Intervals} [open] If calls are not always answered.
 *
 * @typedef {object} Contested A member about which sources disagree.
 * @property {string} member
 * @property {Texts} [note]
 *
 * @typedef {object} SpokenLanguage
 * @property {string} code BCP 47.
 * @property {boolean} [interpreter]
 *
 * @typedef {object} Address
 * @property {string} [street]
 * @property {Texts} [street_translations]
 * @property {string} [postal_code]
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
 * @property {WeeklyRule[]} [weekly] As in SaidHours.
 * @property {WeeklyRule[]} [usual]
 * @property {boolean} [closed_on_holidays]
 * @property {DatedRules[]} [dated]
 *
 * @typedef {object} Centre
 * @property {string} id
 * @property {string} name
 * @property {Texts} [name_translations]
 * @property {string} status
 * @property {string} [closed_until] The last day on which it is temporarily closed (RFC 3339).
 * @property {Texts} [closed_reason]
 * @property {Contested[]} [contested]
 * @property {Texts} [description]
 * @property {Address} address
 * @property {string} [address_visibility]
 * @property {Location} [location]
 * @property {Phone[]} [phones]
 * @property {string} [email]
 * @property {string} [website]
 * @property {SpokenLanguage[]} [languages]
 * @property {string[]} [services]
 * @property {string[]} [audiences]
 * @property {string} [opening_hours] In OpenStreetMap's syntax.
 * @property {WeeklyRule[]} [weekly] As in SaidHours.
 * @property {WeeklyRule[]} [usual]
 * @property {boolean} [closed_on_holidays]
 * @property {DatedRules[]} [dated]
 * @property {Temporary} [temporary]
 * @property {Partial<Temporary>} [permanent] What temporary values take the place of, while they
 *   are in it.
 * @property {string} [timezone] IANA.
 * @property {Intervals} [open]
 * @property {string} [freshness]
 * @property {string} [confirmed] A day (RFC 3339).
 * @property {boolean} [changed_since] Whether it was changed after it was confirmed.
 * @property {string[]} [description_sources] Keys of `sources`.
 *
 * @typedef {object} SaidHours Opening hours as people say them.
 * @property {WeeklyRule[]} [weekly] If they are the same every week.
 * @property {WeeklyRule[]} [usual] In the place of `weekly`.
 * @property {boolean} [closed_on_holidays]
 * @property {DatedRules[]} [dated]
 *
 * @typedef {object} WeeklyRule
 * @property {number[]} days From 0 (Monday); without any, of every day.
 * @property {{opens: string, closes: string, certain?: boolean}[]} times Without any: closed.
 *
 * @typedef {object} DatedRules
 * @property {string[][]} dates The first and the last day of each range.
 * @property {WeeklyRule[]} rules
 *
 * @typedef {{start: number, end: number, state: OpenWord}[]} Intervals Minutes since 1970, UTC.
 *
 * @typedef {"open" | "closed" | "unknown"} OpenWord
 *
 * @typedef {object} PostcodeTable Columns; docs/bundle.md explains them.
 * @property {string} written
 * @property {Record<string, string>} foreign
 * @property {string[]} institutions
 * @property {string[]} codes
 * @property {number[]} lat
 * @property {number[]} lon
 * @property {number} accuracy_least_m
 * @property {number[]} accuracy_more_m
 * @property {string[]} names
 * @property {Record<string, string[]>} [other_names]
 * @property {string[]} [other_names_in] An older directory lacks it.
 * @property {string[][]} [parts]
 * @property {string[][]} [more_parts] Only a table with all names has it.
 * @property {number[]} [population] Only a table with all names has it.
 * @property {string[][]} [provinces] Only a table with all names has it.
 * @property {number[]} [province] By row, beside `provinces`: the index in it, or -1.
 *
 * @typedef {object} BundleRecord A bundle as the directory serves it; with its table, once that is
 *   loaded.
 * @property {number} format
 * @property {string} country ISO 3166-1.
 * @property {string[]} [country_names] That people write after a place. An older directory lacks
 *   them.
 * @property {string} made RFC 3339; the opening hours are known from here ...
 * @property {string} until ... until here.
 * @property {Helpline[]} helplines Of its country.
 * @property {Helpline[]} helplines_abroad Of the others in which a place is found.
 * @property {Centre[]} centres
 * @property {Record<string, number>} blur_m
 * @property {PostcodeTable | string} postcodes The table, or its address.
 * @property {string[]} [larger_abroad] Folded names of towns that are much larger in a neighbour.
 *   An older directory lacks it.
 * @property {string[]} [neighbours] Countries (ISO 3166-1) whose postcodes have files of their own.
 *   An older directory lacks it.
 * @property {Coverage} coverage
 * @property {{name: string}[]} attribution
 * @property {Sources} [sources] An older directory lacks it.
 *
 * @typedef {Record<string, {publisher: string, url: string}>} Sources By id.
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
 *
 * @typedef {Origin & NamedPlace} Place
 *
 * @typedef {object} Names
 * @property {{folded: string, name: string, part: string}[]} names Its own in all languages, then
 *   those of places in it, which are its parts.
 * @property {Texts} nameByLanguage Where it differs from `name`.
 * @property {number} size The population, or else how many postcodes the town has.
 * @property {string} shownParts Those that tell it from other postcodes of its town.
 *
 * @typedef {Place & Names} PostcodePlace
 *
 * @typedef {object} Province
 * @property {string} name
 * @property {string[]} keys Of its places.
 *
 * @typedef {[lon: number, lat: number][]} Ring
 *
 * @typedef {object} UnpackedPostcodes
 * @property {Map<string, PostcodePlace>} places By postcode in capitals, without spaces and
 *   hyphens.
 * @property {RegExp} written How the country writes its postcodes.
 * @property {[country: string, pattern: RegExp][]} foreign
 * @property {Set<string>} institutions
 * @property {(Omit<OutlineRecord, "rings"> & {rings: Ring[]})[]} areas The outlines, unpacked.
 * @property {Map<string, Province>} [provinces] By each of their folded names, once every name is
 *   loaded.
 *
 * @typedef {BundleRecord & UnpackedPostcodes} Bundle
 *
 * @typedef {object} Filters
 * @property {string} [language] BCP 47.
 * @property {string} [service]
 * @property {string} [audience]
 *
 * @typedef {object} Hit
 * @property {Centre} centre
 * @property {number} distance Metres.
 * @property {boolean} tied Whether another centre is at the same distance.
 *
 * @typedef {object} Listed A centre in a list.
 * @property {Centre} centre
 * @property {number | null} distance Metres; null before a search.
 *
 * @typedef {object} Refusal Why typed text is no place.
 * @property {undefined} [place]
 * @property {string} error
 * @property {Place[]} suggestions
 * @property {string[]} countries Whose postcode it may be (ISO 3166-1).
 * @property {string} [reason] Why the postcode of another country is refused; by default because
 *   there are no postcodes of that country.
 *
 * @typedef {object} Found
 * @property {Place} place
 * @property {undefined} [error]
 * @property {undefined} [suggestions]
 *
 * @typedef {Found | Refusal} Resolution
 *
 * @typedef {object} WordsRecord The words of a language as the directory serves them.
 * @property {string} tag BCP 47.
 * @property {string} direction ltr or rtl.
 * @property {boolean} reviewed
 * @property {string[]} borrowed Keys whose words are English.
 * @property {Record<string, string>} words
 * @property {WeekWords} [week] An older directory lacks it.
 *
 * @typedef {object} WeekWords
 * @property {string[]} days The names of the days, from Monday, as they stand alone.
 * @property {string} range With {0} and {1}.
 * @property {Record<"start" | "middle" | "end" | "2", string>} list With {0} and {1}.
 * @property {string[]} yearly_dates By month, with {0} for the day.
 * @property {string[]} full_dates With {1} for the year.
 */

export {};
