/** Arguments to start Chromium with; `adapter` 'swiftshader' (default) or 'hardware'. */
export function flags(adapter?: string): string[];
/** Path of a Chromium that starts. Throws when there is none and none can be installed. */
export function findChromium(): Promise<string>;
