/** What of a lane outlives a step, out and back in. */
import type { AnyValues } from '../../core/params';
import { type Cell, readCells, writeCell } from '../../engine/cells';
import { DeviceTable } from '../../engine/table';
import type { Variable } from '../../engine/types';
import type { GroupPlace } from '../group';
import type { Lane } from '../lane';
import type { Network } from '../network';
import { ownName } from '../own-teachers';

type Values = Float32Array<ArrayBuffer>;

export interface SavedLane {
  readonly step: number;
  readonly phase: number;
  readonly params: AnyValues;
  /** Its method has not taken them in yet. */
  readonly moved?: true;
  readonly groups: readonly GroupPlace[];
  /** Rows and columns of each table. */
  readonly tables: readonly (readonly [rows: number, columns: number])[];
  /** What `prepare` returned, with numbers of tables in their places. */
  readonly memory?: unknown;
  /** All it keeps on the device, by name. */
  readonly values: Readonly<Record<string, Values>>;
}

const variable = (at: Variable): Cell => ({ size: at.size, at });

/** Every piece of memory of a lane that a later step reads: the one list of what is saved. */
function cellsOf({ options, extrasBuild, tables, groups }: Lane): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const builds = [
    ...options.students.map(({ build }, i) => [`student ${i}`, build] as const),
    ['extras', extrasBuild] as const,
    ...options.ownTeachers.map(({ network }, i) => [ownName(i), network.build] as const),
  ];
  for (const [owner, build] of builds)
    for (const [name, weight] of build.entries()) cells.set(`${owner}/${name}`, variable(weight));
  tables.forEach((table, i) => {
    cells.set(`table ${i}`, variable(table.values));
  });
  groups.forEach(({ optimizer }, i) => {
    optimizer.cells.forEach((cell, k) => {
      cells.set(`optimizer ${i}/${k}`, cell);
    });
  });
  return cells;
}

/** Stands for a table in a saved memory. */
const TABLE = 'table number';

/** Throws when a method keeps something that is neither a table nor a plain value. */
function plainMemory(memory: unknown, tables: readonly DeviceTable[]): unknown {
  if (memory instanceof DeviceTable) return { [TABLE]: tables.indexOf(memory) };
  if (typeof memory !== 'object' || memory === null || ArrayBuffer.isView(memory)) return memory;
  if (Array.isArray(memory)) return memory.map((item) => plainMemory(item, tables));
  const entries = Object.entries(memory).map(([key, held]) => [key, plainMemory(held, tables)] as const);
  return Object.fromEntries(entries);
}

function liveMemory(memory: unknown, tables: readonly DeviceTable[]): unknown {
  if (typeof memory !== 'object' || memory === null || ArrayBuffer.isView(memory)) return memory;
  if (Array.isArray(memory)) return memory.map((item) => liveMemory(item, tables));
  const number = (memory as Record<string, unknown>)[TABLE];
  if (typeof number === 'number') return tables[number];
  return Object.fromEntries(Object.entries(memory).map(([key, held]) => [key, liveMemory(held, tables)]));
}

/** All lanes at one moment between two steps; the device is read once. */
export async function saveLanes(lanes: readonly Lane[]): Promise<Record<string, SavedLane>> {
  const cells = lanes.map(cellsOf);
  const read = await readCells(cells.flatMap((own) => [...own.values()]));
  let at = 0;
  const saved = lanes.map((lane, i): [string, SavedLane] => {
    const values = Object.fromEntries([...cells[i]!.keys()].map((name) => [name, read[at++]!]));
    const { options, step, phaseNumber: phase, params, groups, tables, memory } = lane;
    return [
      options.id,
      {
        step,
        phase,
        params,
        ...(lane.retuning.due ? { moved: true } : {}),
        groups: groups.map(({ place }) => place),
        tables: tables.map(({ rows, columns }) => [rows, columns] as const),
        ...(memory === undefined ? {} : { memory: plainMemory(memory, tables) }),
        values,
      },
    ];
  });
  return Object.fromEntries(saved);
}

/** Brings a fresh lane to where the saved one was. Throws when it is of another make. */
export function restoreLane(lane: Lane, saved: SavedLane): void {
  lane.goTo(saved.step, saved.phase, saved.params, saved.groups);
  lane.retuning.due = saved.moved === true;
  for (const [rows, columns] of saved.tables) lane.tables.push(new DeviceTable(rows, columns));
  lane.memory = liveMemory(saved.memory, lane.tables);
  const cells = cellsOf(lane);
  const names = new Set([...cells.keys(), ...Object.keys(saved.values)]);
  for (const name of names) {
    const [cell, values] = [cells.get(name), saved.values[name]];
    if (cell?.size !== values?.length || !cell || !values)
      throw new Error(
        `The saved run does not fit this version of '${lane.options.method.name}': '${name}' differs.`,
      );
    writeCell(cell, values);
  }
  const { students, ownTeachers } = lane.options;
  for (const [i, network] of students.entries()) recount(network, ownValues(saved, `student ${i}/`));
  for (const [i, { network }] of ownTeachers.entries()) recount(network, ownValues(saved, `${ownName(i)}/`));
}

/** What the network has removed follows from its values. */
function recount(network: Network, values: Record<string, Values>): void {
  network.removed = network.body.schedule?.removed(values) ?? 0;
}

const ownValues = ({ values }: SavedLane, prefix: string): Record<string, Values> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
