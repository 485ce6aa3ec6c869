/** Anybody can have their own browser try the ways out, and read what it enforces. */
import { expect, test } from '@playwright/test';
import { violationsOf } from './modelSteps.ts';

test('the self-check tries every way out, says what is enforced, and can be read by all', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByTestId('judged').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('link', { name: 'See what keeps your texts here' }).click();
  const lead = page.getByText(/ways out of this page showed/);
  await expect(lead).toBeVisible();
  const [closed, all] = (await lead.innerText()).match(/\d+/g)!.map(Number);
  expect(all).toBeGreaterThanOrEqual(45);
  expect(closed).toBeGreaterThanOrEqual(all - 8);
  await expect(page.getByText('Cross-origin isolation: enforced')).toBeVisible();
  await expect(page.getByText('Trusted Types: enforced')).toBeVisible();
  await expect(page.getByText(/kept on this device/)).toBeVisible();
  await expect(page.getByText(/on the processor \(SIMD\)/)).toBeVisible({ timeout: 30_000 });
  await page.getByText('The content policy it reports').click();
  await expect(page.getByText(/default-src 'none'.*sandbox/)).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
