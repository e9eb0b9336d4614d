/**
 * A JSON file, loaded once; if the directory does not have it, the next of the addresses. Without a
 * network, the browser's copy is used. With a network, a bundle that a cache has kept for days is
 * loaded again: a number in it may have changed.
 *
 * @param {string[]} addresses
 * @param {(error: Error) => boolean} isMissing Whether an error leads to the next address.
 * @returns {Promise<Loaded<any>>}
 */
export function load([address, ...others]: string[], isMissing?: (error: Error) => boolean): Promise<Loaded<any>>;
export function isNotTimeout(error: Error): boolean;
/**
 * `isOld`: from the browser's cache, without a
 *   network.
 */
export type Loaded<Record> = {
    record: Record;
    isOld: boolean;
};
