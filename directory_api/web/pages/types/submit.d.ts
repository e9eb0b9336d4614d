/**
 * @param {SubmitEvent} event
 * @param {() => void} onReady Called when an answer has replaced the page.
 */
export function submitInPlace(event: SubmitEvent, onReady: () => void): void;
