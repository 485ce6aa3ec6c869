/** A browser without a usable graphics adapter: everything works on the processor, and says so. */
import { expect, test } from '@playwright/test';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { chooseBackend, keepTranscripts, provenanceOf, train } from './modelSteps.ts';

const { args, ...launch } = chromiumLaunchOptions();
test.use({ launchOptions: { ...launch, args: args.filter((argument) => !argument.includes('webgpu')) } });

test('without WebGPU, training runs on the CPU and says why', async ({ page }) => {
  await keepTranscripts(page);
  expect(await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null)).toBeNull();
  await train(page, 'Automatic');
  expect(await provenanceOf(page, 'Ran on')).toBe('CPU');
  await expect(page.getByRole('region', { name: 'Training' })).toContainText(
    'offers no WebGPU here, so the processor (SIMD)',
  );
});

test('asking for WebGPU where there is none fails with the reason, and the next run may succeed', async ({
  page,
}) => {
  await keepTranscripts(page);
  await page.goto('/#/model');
  await chooseBackend(page, 'WebGPU');
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(page.getByText('Training failed.')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Training failed.' })).toContainText('no WebGPU');
  await train(page, 'CPU');
});
