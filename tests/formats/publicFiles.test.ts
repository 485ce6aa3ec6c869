/**
 * Two public files of human preferences, where they are at hand (`PALATE_DATA`, or ../shared/data beside the
 * repository): the account of every row is known.
 */
import { existsSync, openAsBlob } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { importBlob } from './importing.ts';

const FOLDER = process.env.PALATE_DATA ?? resolve(import.meta.dirname, '../../../shared/data');

const ACCOUNTS = [
  {
    file: 'hh-rlhf-harmless/test.jsonl.gz',
    account: { rows: 2312, entries: 2312, imported: 2308, ties: 0, rejected: 4, duplicates: 0 },
  },
  {
    file: 'fine-grained-rlhf/dev_feedback.json.gz',
    account: { rows: 500, entries: 3000, imported: 2616, ties: 384, rejected: 0, duplicates: 0 },
  },
];

for (const { file, account } of ACCOUNTS) {
  const path = join(FOLDER, file);
  const isThere = existsSync(path);
  test.skipIf(!isThere)(
    isThere ? `the account of ${file} adds up` : `NOT TESTED: ${file} is not at hand`,
    async () => {
      const { report } = await importBlob(await openAsBlob(path), file);
      const { rows, entries, imported, ties, rejected, duplicates } = report;
      expect({
        rows,
        entries,
        imported,
        ties,
        rejected: rejected.length,
        duplicates: duplicates.length,
      }).toEqual(account);
    },
  );
}
