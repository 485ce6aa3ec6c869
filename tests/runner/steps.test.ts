import { expect, test } from 'vitest';
import { chooseSteps, listSteps } from './steps.ts';

const steps = listSteps((name) => `${name}.json`);
const namesOf = (names: readonly string[]) => chooseSteps(steps, names).map((step) => step.name);

test('without names every step runs, cheap ones first', () => {
  expect(namesOf([])).toEqual(['types', 'lint', 'unit', 'browser', 'build', 'e2e', 'faults']);
});

test('named steps run in the usual order, with the step they need', () => {
  expect(namesOf(['unit', 'types'])).toEqual(['types', 'unit']);
  expect(namesOf(['e2e'])).toEqual(['build', 'e2e']);
});

test('an unknown name is refused with the names there are', () => {
  expect(() => namesOf(['units'])).toThrow(
    /no test step "units".*types, lint, unit, browser, build, e2e, faults/,
  );
});
