/** A PyTorch process that answers the benchmark's calls, one line of JSON each way. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './root.mjs';

const PYTHON = process.env.PYTHON ?? 'python3';

export class Torch {
  #child;
  #lines;
  #folder;

  async call(name, argument) {
    if (name === 'close') return this.close();
    if (name === 'start') this.#start(argument);
    if (!this.#child) throw new Error('PyTorch is not running.');
    this.#child.stdin.write(`${JSON.stringify({ name, argument: name === 'start' ? null : argument })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${PYTHON} has no PyTorch, or it ended early.`);
    const { error, ...answer } = JSON.parse(value);
    if (error) throw new Error(error);
    return answer.value;
  }

  #start(argument) {
    this.close();
    this.#folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const file = join(this.#folder, 'start.json');
    writeFileSync(file, JSON.stringify(argument));
    this.#child = spawn(PYTHON, [join(root, 'tests/bench/peer_torch.py'), file], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('error', () => {});
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  close() {
    this.#child?.kill();
    this.#child = undefined;
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
