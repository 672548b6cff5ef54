import { describe, expect, it } from 'vitest';
import { type AnyValues, boolean, fixedValues, integer, number } from '../../src/core/params';
import { needsAdjust, needsData, needsRestart } from '../../src/state/changes';
import { assignLooks } from '../../src/state/looks';
import { type CardOf, experimentName, freshKey, studentLabels } from '../../src/state/naming';
import { config, student } from './fixtures';

const one = () => ({});
const base = config([student('s1', 'labels-only'), student('s2', 'kd', { temperature: 4 })]);
const withStudent = (change: object) => ({
  ...base,
  students: base.students.map((s) => (s.key === 's2' ? { ...s, ...change } : s)),
});

describe('what a running session can take over', () => {
  it('adjusts method parameters and optimiser numbers live', () => {
    const warmer = withStudent({ method: { id: 'kd', params: { temperature: 8 } } });
    expect(needsRestart(base, warmer, one)).toBe(false);
    expect(needsAdjust(base, warmer)).toBe(true);
    const slower = withStudent({ optimizer: { ...base.students[1]!.optimizer, rate: 0.001 } });
    expect(needsRestart(base, slower, one)).toBe(false);
    expect(needsAdjust(base, slower)).toBe(true);
  });
  it.each([
    ['another method', withStudent({ method: { id: 'dkd', params: {} } })],
    ['another network', withStudent({ model: { id: 'cnn', params: { width: 9 } } })],
    ['another optimiser', withStudent({ optimizer: { ...base.students[1]!.optimizer, kind: 'sgd' } })],
    ['a new student', { ...base, students: [...base.students, student('s3', 'dkd')] }],
    ['more seeds', { ...base, seeds: [1, 2, 3] }],
    ['longer training', { ...base, training: { ...base.training, epochs: 99 } }],
    ['another teacher', { ...base, teacher: { ...base.teacher, epochs: 9 } }],
  ])('starts anew for %s', (_, edited) => {
    expect(needsRestart(base, edited as typeof base, one)).toBe(true);
  });
  it('starts anew when a parameter changes how many networks learn', () => {
    const peers = (s: { method: { params: AnyValues } }) => ({ peers: s.method.params['peers'] ?? 1 });
    const more = withStudent({ method: { id: 'kd', params: { temperature: 4, peers: 3 } } });
    expect(needsRestart(base, more, peers)).toBe(true);
  });
  it('counts a parameter as live only when it is a plain number nothing is built from', () => {
    const schema = {
      temperature: number('Temperature', 4, { min: 1, max: 20 }),
      share: number('Share', 0.5, { min: 0, max: 1, fixed: true }),
      heads: integer('Heads', 2, { min: 1, max: 4 }),
      rescale: boolean('Rescale', true),
    };
    const values = { temperature: 3, share: 0.2, heads: 3, rescale: false };
    expect(fixedValues(schema, values)).toEqual({ share: 0.2, heads: 3, rescale: false });
  });
  it('ignores names and hiding', () => {
    const renamed = { ...withStudent({ hidden: true }), name: 'mine' };
    expect(needsRestart(base, renamed, one)).toBe(false);
    expect(needsAdjust(base, renamed)).toBe(false);
  });
  it('makes the data anew only when data settings differ', () => {
    expect(needsData(base, { ...base, data: { ...base.data, size: 32 } })).toBe(true);
    expect(needsData(base, { ...base, name: 'x', seeds: [1, 2] })).toBe(false);
  });
});

const cards: CardOf = (id) => ({
  name: { 'labels-only': 'Labels only', kd: 'KD', dkd: 'DKD', rkd: 'RKD' }[id] ?? id,
  params: id === 'kd' ? { temperature: number('Temperature', 4, { min: 1, max: 20 }) } : {},
});

describe('names', () => {
  it('names the experiment by its students and what they change', () => {
    expect(experimentName(base, cards)).toBe('KD vs labels only');
    expect(experimentName(withStudent({ method: { id: 'kd', params: { temperature: 8 } } }), cards)).toBe(
      'KD (Temperature 8) vs labels only',
    );
    expect(experimentName({ ...base, name: 'mine' }, cards)).toBe('mine');
  });
  it('counts what does not fit', () => {
    const many = config([student('s1', 'kd'), student('s2', 'dkd'), student('s3', 'rkd')]);
    expect(experimentName(many, cards)).toBe('KD, DKD + 1 more');
    expect(experimentName(config([student('s1', 'labels-only')]), cards)).toBe('Labels only');
  });
  it('numbers students of one method', () => {
    const labels = studentLabels([student('s1', 'kd'), student('s2', 'dkd'), student('s3', 'kd')], cards);
    expect([...labels.values()]).toEqual(['KD ①', 'DKD', 'KD ②']);
  });
  it('finds a key nobody has', () => {
    expect(freshKey([{ key: 's2' }, { key: 's10' }, { key: 'mine' }])).toBe('s11');
    expect(freshKey([])).toBe('s1');
  });
});

describe('looks', () => {
  it('never gives two students of a full set-up the same colour and dash', () => {
    const students = Array.from({ length: 12 }, (_, i) => student(`s${i * 8 + 2}`, 'kd'));
    const looks = assignLooks(students);
    expect(new Set(students.map((s) => `${looks.get(s.key)?.hue} ${looks.get(s.key)?.dash}`)).size).toBe(12);
  });
  it('keeps the look of a student when others come and go', () => {
    const all = [
      student('s1', 'labels-only'),
      student('s2', 'kd'),
      student('s3', 'dkd'),
      student('s4', 'rkd'),
    ];
    const before = assignLooks(all).get('s4');
    expect(assignLooks([all[3]!]).get('s4')).toEqual(before);
  });
  it('draws labels-only neutral and dotted, the teacher neutral and thick', () => {
    const looks = assignLooks([student('s1', 'labels-only')]);
    expect(looks.get('s1')).toMatchObject({ hue: undefined, dash: '1.5 3.5' });
    expect(looks.get('teacher')).toMatchObject({ hue: undefined, width: 3 });
  });
});
