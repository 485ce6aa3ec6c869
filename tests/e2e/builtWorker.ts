/**
 * A worker of the built app, started as the app starts it, so that it obeys the rules it is served with, and asked in the
 * words of comlink.
 */
import { readdirSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { WorkerName } from '../../src/state/workerScripts.ts';

export interface InPage {
  policies: { createScriptURL(address: string): string }[];
  /** Of the worker that was started last. */
  call(method: string, ...values: readonly unknown[]): Promise<unknown>;
}

/** Keeps the policy by which the app makes addresses into scripts, so that its worker starts under its rules. */
export async function openApp(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const inPage = globalThis as unknown as InPage;
    const types = (globalThis as unknown as { trustedTypes: Record<string, (...values: unknown[]) => never> })
      .trustedTypes;
    inPage.policies = [];
    const create = types.createPolicy.bind(types);
    types.createPolicy = (...values) => {
      const policy = create(...values);
      inPage.policies.push(policy);
      return policy;
    };
  });
  await page.goto('/');
  await expect(page.getByTestId('judged')).toBeVisible();
}

export async function startWorker(page: Page, name: WorkerName): Promise<void> {
  const script = readdirSync('dist/assets').find((file) => file.startsWith(`${name}.worker-`))!;
  await page.evaluate((own) => {
    const inPage = globalThis as unknown as InPage;
    const address = inPage.policies
      .map((policy) => {
        try {
          return policy.createScriptURL(own);
        } catch {
          return undefined;
        }
      })
      .find(Boolean)!;
    const worker = new Worker(address, { type: 'module' });
    let calls = 0;
    inPage.call = (method, ...values) =>
      new Promise((resolve, reject) => {
        const id = String(calls++);
        const ports: MessagePort[] = [];
        const argumentList = values.map((value) => {
          if (typeof value !== 'function') return { type: 'RAW', value };
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }: MessageEvent<{ id: string; argumentList?: { value: unknown }[] }>) => {
            if (data.argumentList) (value as (told: unknown) => void)(data.argumentList[0].value);
            port1.postMessage({ id: data.id, type: 'RAW', value: undefined });
          };
          ports.push(port2);
          return { type: 'HANDLER', name: 'proxy', value: port2 };
        });
        worker.addEventListener(
          'message',
          ({ data }: MessageEvent<{ id: string; name?: string; value: never }>) => {
            if (data.id !== id) return;
            if (data.name === 'throw') reject(new Error((data.value as { value: Error }).value.message));
            else resolve(data.value);
          },
        );
        worker.postMessage({ id, type: 'APPLY', path: [method], argumentList }, ports);
      });
  }, `./assets/${script}`);
}
