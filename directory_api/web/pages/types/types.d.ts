/**
 * One text by language tag (BCP 47).
 */
export type Texts = Record<string, string>;
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Helpline = {
    kind: string;
    /**
     * ISO 3166-1; empty: everywhere.
     */
    countries: string[];
    /**
     * As it is dialled.
     */
    number?: string | undefined;
    /**
     * As it is shown.
     */
    display?: string | undefined;
    url?: string | undefined;
    url_translations?: Texts | undefined;
    name?: Texts | undefined;
    note?: Texts | undefined;
    hours?: string | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Phone = {
    number: string;
    display?: string | undefined;
    kind: string;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type SpokenLanguage = {
    /**
     * BCP 47.
     */
    code: string;
    interpreter?: boolean | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Address = {
    street?: string | undefined;
    street_translations?: Texts | undefined;
    postal_code?: string | undefined;
    locality?: Texts | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Location = {
    /**
     * Degrees (WGS84).
     */
    lat: number;
    /**
     * Degrees (WGS84).
     */
    lon: number;
    precision: string;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Centre = {
    id: string;
    name: string;
    name_translations?: Texts | undefined;
    status: string;
    description?: Texts | undefined;
    address: Address;
    address_visibility?: string | undefined;
    location?: Location | undefined;
    phones?: Phone[] | undefined;
    email?: string | undefined;
    website?: string | undefined;
    languages?: SpokenLanguage[] | undefined;
    services?: string[] | undefined;
    audiences?: string[] | undefined;
    /**
     * In OpenStreetMap's syntax.
     */
    opening_hours?: string | undefined;
    /**
     * IANA.
     */
    timezone?: string | undefined;
    /**
     * Minutes since 1970, UTC.
     */
    open?: [start: number, end: number, word: OpenWord][] | undefined;
    freshness?: string | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type OpenWord = "open" | "closed" | "unknown";
/**
 * Columns; docs/bundle.md explains them.
 */
export type PostcodeTable = {
    written: string;
    foreign: Record<string, string>;
    institutions: string[];
    codes: string[];
    lat: number[];
    lon: number[];
    accuracy_least_m: number;
    accuracy_more_m: number[];
    names: string[];
    other_names?: Record<string, string[]> | undefined;
    parts?: string[][] | undefined;
};
/**
 * A bundle as the directory serves it.
 */
export type BundleRecord = {
    format: number;
    /**
     * ISO 3166-1.
     */
    country: string;
    /**
     * RFC 3339; the opening hours are known from here ...
     */
    made: string;
    /**
     * ... until here.
     */
    until: string;
    helplines: Helpline[];
    centres: Centre[];
    blur_m: Record<string, number>;
    postcodes: PostcodeTable;
    coverage: Coverage;
    attribution: {
        name: string;
    }[];
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Coverage = {
    /**
     * ISO 3166-1.
     */
    countries: string[];
    margin_m: number;
    outlines: Record<string, number[][][]>;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Origin = {
    /**
     * Degrees (WGS84).
     */
    lat: number;
    /**
     * Degrees (WGS84).
     */
    lon: number;
    /**
     * Metres.
     */
    accuracy: number;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type NamedPlace = {
    /**
     * A postcode.
     */
    code: string;
    name: string;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Place = Origin & NamedPlace;
/**
 * All names, and the parts of a
 * municipality that only this postcode serves.
 */
export type PostcodePlace = Place & {
    names: string[];
    parts: string[];
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Ring = [lon: number, lat: number][];
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type UnpackedPostcodes = {
    /**
     * By postcode in capitals, without spaces and
     * hyphens.
     */
    places: Map<string, PostcodePlace>;
    /**
     * How the country writes its postcodes.
     */
    written: RegExp;
    foreign: [country: string, pattern: RegExp][];
    institutions: Set<string>;
    /**
     * An outer ring and its holes each.
     */
    polygons: Ring[][];
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Bundle = BundleRecord & UnpackedPostcodes;
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Filters = {
    /**
     * BCP 47.
     */
    language?: string | undefined;
    service?: string | undefined;
    audience?: string | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Hit = {
    centre: Centre;
    /**
     * Metres.
     */
    distance: number;
    /**
     * Whether another centre is at the same distance.
     */
    tied: boolean;
};
/**
 * Why typed text is no place.
 */
export type Refusal = {
    place?: undefined;
    error: string;
    suggestions: Place[];
    /**
     * Whose postcode it may be (ISO 3166-1).
     */
    countries: string[];
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type Resolution = {
    place: Place;
} | Refusal;
/**
 * The words of a language as the directory serves them.
 */
export type WordsRecord = {
    /**
     * BCP 47.
     */
    tag: string;
    /**
     * ltr or rtl.
     */
    direction: string;
    reviewed: boolean;
    /**
     * Keys whose words are English.
     */
    borrowed: string[];
    words: Record<string, string>;
    /**
     * An older directory lacks it.
     */
    week?: WeekWords | undefined;
};
/**
 * Types of the directory's JSON: the bundle (docs/bundle.md), the words of a language, and what
 * this package computes from them.
 */
export type WeekWords = {
    /**
     * The names of the days, from Monday, as they stand alone.
     */
    days: string[];
    /**
     * With {0} and {1}.
     */
    range: string;
    /**
     * With {0} and {1}.
     */
    list: Record<"start" | "middle" | "end" | "2", string>;
};
