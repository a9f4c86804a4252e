// The reference of the envelope, which the server's own tests hold against its code, held against ours.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../src/core/index.js';
import { judge } from '../src/core/reconnect.js';

const page = new URL('../../../docs/reference/envelope.md', import.meta.url);
const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
const missing = text ? '' : ' (docs/reference/envelope.md is not there)';

/** The rows of the table below a heading. */
function table(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const rows = section.split('\n').filter((line) => /^\| `?\w+`? \|/.test(line));
  return rows.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('`', '')))
    .filter(([first]) => !['field', 'code'].includes(first!));
}

describe.skipIf(!text)(`the envelope${missing}`, () => {
  test('has the fields that the types name', () => {
    // The compiler sees to it that this is all of the type.
    const fields: Record<keyof Required<Envelope>, true> = {
      type: true, payload: true, data: true, id: true, timestamp: true, room: true, epoch: true, offset: true, key: true, since: true,
      token: true, reason: true, session: true, ack: true, info: true, seq: true,
    };
    expect(table('Fields').map(([field]) => field).sort()).toEqual(Object.keys(fields).sort());
  });

  test('has close codes that mean the same here', () => {
    const rows = table('Close codes');
    expect(rows.length).toBeGreaterThan(10);
    const ours = rows.map(([code]) => [code, judge(Number(code)) === 'retry' ? 'yes' : 'no']);
    expect(ours).toEqual(rows.map(([code, , back]) => [code, back]));
  });
});
