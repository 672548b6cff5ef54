/** What the script of a replayed step calls: nothing but what the device has to be told. */
import { describe, expect, it } from 'vitest';
import { type Command, type Dispatch, encode } from '../../src/engine/commands';

const program = (label: string, compiled = true) => ({
  label,
  pipeline: compiled ? ({ label } as GPUComputePipeline) : undefined,
});

const dispatch = (of: ReturnType<typeof program>, name: string): Dispatch => ({
  program: of,
  layout: {} as GPUBindGroupLayout,
  bound: [],
  group: { label: name } as GPUBindGroup,
  x: 3,
  y: 2,
  z: 1,
});

const buffer = {} as GPUBuffer;
const copy: Command = { copy: [buffer, 0, buffer, 16, 4] };

/** Calls in order, as text. */
function played(commands: readonly Command[], times = 1): string[] {
  const calls: string[] = [];
  const pass = {
    setPipeline: ({ label }: GPUComputePipeline) => calls.push(`pipeline ${label}`),
    setBindGroup: (_: number, { label }: GPUBindGroup) => calls.push(`group ${label}`),
    dispatchWorkgroups: (...size: number[]) => calls.push(`dispatch ${size.join(' ')}`),
    end: () => calls.push('end'),
  };
  const encoder = {
    beginComputePass: () => pass,
    copyBufferToBuffer: (...values: unknown[]) => calls.push(`copy ${values.slice(-2).join(' ')}`),
  } as unknown as GPUCommandEncoder;
  for (let i = 0; i < times; i++) encode(encoder, commands);
  return calls;
}

describe('a replay', () => {
  const [a, b] = [program('a'), program('b')];

  it('sets a pipeline where it changes, and begins a pass behind a copy anew', () => {
    const commands = [dispatch(a, '1'), dispatch(a, '2'), dispatch(b, '3'), copy, copy, dispatch(b, '4')];
    const first = ['pipeline a', 'group 1', 'dispatch 3 2 1', 'group 2', 'dispatch 3 2 1'];
    const second = ['pipeline b', 'group 3', 'dispatch 3 2 1', 'end', 'copy 16 4', 'copy 16 4'];
    const third = ['pipeline b', 'group 4', 'dispatch 3 2 1', 'end'];
    expect(played(commands)).toEqual([...first, ...second, ...third]);
  });

  it('says the same every time, and binds what stands there now', () => {
    const moving = dispatch(a, 'before');
    const commands: Command[] = [copy, moving];
    const once = played(commands);
    expect(played(commands, 2)).toEqual([...once, ...once]);
    moving.group = { label: 'after' } as GPUBindGroup;
    expect(played(commands)).toEqual(['copy 16 4', 'pipeline a', 'group after', 'dispatch 3 2 1', 'end']);
  });

  it('is refused before anything is encoded while a program is not compiled, and works once it is', () => {
    const late = program('late', false);
    const commands = [dispatch(a, '1'), dispatch(late, '2')];
    expect(() => played(commands)).toThrow("'late' is not compiled");
    late.pipeline = { label: 'late' } as GPUComputePipeline;
    expect(played(commands).filter((call) => call.startsWith('pipeline'))).toEqual([
      'pipeline a',
      'pipeline late',
    ]);
  });

  it('opens no pass for copies alone', () => {
    expect(played([copy])).toEqual(['copy 16 4']);
  });
});
