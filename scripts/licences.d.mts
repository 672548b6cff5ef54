export interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly tool: boolean;
  readonly integrity: string;
  readonly resolved: string;
  readonly script: boolean;
}
export function allowed(expression: string, names: readonly string[]): boolean;
export function packages(lock?: object): Package[];
export function refused(all: readonly Package[]): string[];
export function licencesPage(all?: readonly Package[]): string;
