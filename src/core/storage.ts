/** Names under which this page keeps things in a browser; each begins like this. */
export const STORAGE = 'condenser';
