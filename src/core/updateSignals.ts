/** What a page and its service worker agree on without meeting. */

/** A page holds a lock of this name, followed by the address of one of its scripts, as long as it lives. */
export const TAB_LOCK = 'palate tab ';

/** The message by which a person's tab asks a waiting version to answer from now on. */
export const TAKE_OVER = 'take over';
