import { useState } from 'react';
import { type AnyMethod, methods } from '../../methods/index';
import { SelectField, TextField } from '../kit';
import { FAMILIES, findMethods } from '../rail/cards';

export interface MethodSearchState {
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly family: string;
  readonly setFamily: (family: string) => void;
  readonly found: readonly AnyMethod[];
}

/** Words and family that narrow a list of methods. */
export function useMethodSearch(): MethodSearchState {
  const [search, setSearch] = useState('');
  const [family, setFamily] = useState('');
  return { search, setSearch, family, setFamily, found: findMethods(methods.all, search, family) };
}

export function MethodSearch({ search, setSearch, family, setFamily }: MethodSearchState) {
  const families = [...new Set(methods.all.map((m) => m.family))];
  return (
    <div className="row row-end">
      <TextField
        label="Search"
        value={search}
        onChange={setSearch}
        placeholder="Name, author, year…"
        autoFocus
      />
      <SelectField
        label="Family"
        value={family}
        options={[{ value: '', label: 'All' }, ...families.map((f) => ({ value: f, label: FAMILIES[f] }))]}
        onChange={setFamily}
      />
    </div>
  );
}
