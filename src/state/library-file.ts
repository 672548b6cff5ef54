/**
 * Kept networks as files: safetensors with all that is known of the network in the header, or a zip archive of
 * several. Also reads the networks that a run exports. Pure.
 */
import { unzipSync, zipSync } from 'fflate';
import { checkChoice, isObject } from '../core/config-check';
import type { Problem } from '../core/params';
import { cleanText } from '../core/text';
import { catalogue, ready } from '../share/catalogue';
import { linkFragment, readLink } from '../share/link';
import { readSafetensors, writeSafetensors } from '../share/safetensors';
import type { KeptNetwork, NetworkCard, NetworkForFile } from '../worker/protocol';
import { fileName } from './exports';

/** Bytes of one file, packed or not. A network of the largest models here takes a hundredth of it. */
const LARGEST = 256 * 2 ** 20;
const MOST_CLASSES = 1000;

/** The header's texts; lists and numbers are JSON. */
export function networkBytes({ card, tensors }: NetworkForFile): Uint8Array<ArrayBuffer> {
  const { config, model, image, classNames, mean, std, dataset, metrics, created, name, label } = card;
  return writeSafetensors(tensors, {
    name,
    learner: label,
    model: JSON.stringify(model),
    image: JSON.stringify(image),
    classes: JSON.stringify(classNames),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
    dataset: JSON.stringify(dataset),
    metrics: JSON.stringify({ validation: metrics }),
    created: JSON.stringify(created),
    ...(config ? { setup: linkFragment(config) } : {}),
  });
}

/** One network as `.safetensors`, several as a zip of such files. */
export function libraryFile(networks: readonly NetworkForFile[]): {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
} {
  const [first] = networks;
  if (networks.length === 1 && first)
    return { name: fileName(first.card.name, 'network.safetensors'), bytes: networkBytes(first) };
  const files: Record<string, Uint8Array> = {};
  networks.forEach((network, i) => {
    files[`${i + 1}-${fileName(network.card.name, 'network.safetensors')}`] = networkBytes(network);
  });
  const bytes = zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }) as Uint8Array<ArrayBuffer>;
  return { name: 'condenser-library.zip', bytes };
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const numbers = (raw: unknown): number[] =>
  Array.isArray(raw) && raw.every((x) => typeof x === 'number' && Number.isFinite(x)) ? raw : [];

/** Those on the validation images. */
function metricsOf(raw: unknown): Record<string, number> {
  const found = isObject(raw) ? raw['validation'] : undefined;
  const known = Object.entries(isObject(found) ? found : {}).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(known.map(([id, value]) => [cleanText(id, 40), value as number]));
}

/** Throws, saying what is missing. */
function cardOf(about: Readonly<Record<string, string>>, file: string): NetworkCard {
  const problems: Problem[] = [];
  const model = checkChoice(
    json(about['model']),
    catalogue.models,
    ready.teacher.model,
    'model',
    'model',
    problems,
  );
  if (!about['model'] || problems[0])
    throw new Error(
      `its header names no model this page knows${problems[0] ? `: ${problems[0].message}` : '.'}`,
    );
  const classes = json(about['classes']);
  if (!Array.isArray(classes) || classes.length < 2 || classes.length > MOST_CLASSES)
    throw new Error('its header lists no classes.');
  const image = numbers(json(about['image']));
  const fits = image.length === 3 && image.every((side) => Number.isInteger(side) && side > 0 && side <= 96);
  if (!fits) throw new Error('its header gives no image size.');
  const data = json(about['dataset']);
  const dataset = isObject(data) ? data : {};
  const created = json(about['created']);
  const setup = readLink(about['setup'] ?? '');
  return {
    key: crypto.randomUUID(),
    name: cleanText(about['name'], 80) || cleanText(file.replace(/^.*\/|\.safetensors$/g, ''), 80),
    label: cleanText(about['learner'], 80),
    created: typeof created === 'number' ? created : Date.now(),
    dataset: { name: cleanText(dataset['name'], 80), fingerprint: cleanText(dataset['fingerprint'], 64) },
    classNames: classes.map((name) => cleanText(String(name), 200)),
    model,
    metrics: metricsOf(json(about['metrics'])),
    parameters: 0,
    image,
    mean: numbers(json(about['mean'])),
    std: numbers(json(about['std'])),
    // A set-up of another version would be told wrongly.
    ...(setup && setup.problems.length === 0 ? { config: setup.config } : {}),
  };
}

function one(name: string, bytes: Uint8Array): KeptNetwork {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    // What a method added to a network is not the network.
    const own = tensors.filter((tensor) => !tensor.name.startsWith('extras.'));
    return {
      card: cardOf(metadata, name),
      weights: Object.fromEntries(own.map((tensor) => [tensor.name, tensor.data])),
    };
  } catch (error) {
    throw new Error(`${name} holds no network of ours: ${error instanceof Error ? error.message : error}`);
  }
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** Networks of a file. Throws, naming the file, when there is none in it. */
export function readNetworks(name: string, bytes: Uint8Array): readonly KeptNetwork[] {
  if (bytes.length > LARGEST) throw new Error(`${name} is too large for a network of this page.`);
  if (!isZip(bytes)) return [one(name, bytes)];
  let room = LARGEST;
  const filter = (entry: { name: string; originalSize: number }): boolean => {
    if (!entry.name.endsWith('.safetensors')) return false;
    room -= entry.originalSize;
    if (room < 0) throw new Error(`${name} unpacks to more than this page reads.`);
    return true;
  };
  const files = Object.entries(unzipSync(bytes, { filter }));
  if (files.length === 0) throw new Error(`${name} holds no .safetensors file.`);
  return files.map(([entry, content]) => one(entry, content));
}
