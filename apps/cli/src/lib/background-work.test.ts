import { expect, test } from 'vitest';
import { BackgroundWork } from './background-work.ts';
import { stopped } from './stopped.ts';

test('closing ends the work, and waits for its end', async () => {
  const background = new BackgroundWork();
  const steps: string[] = [];
  background.start(async () => {
    steps.push('begun');
    await stopped(background.signal);
    await Promise.resolve();
    steps.push('ended');
  });
  expect([steps, background.isOver()]).toEqual([['begun'], false]);
  await background.close();
  expect([steps, background.isOver()]).toEqual([['begun', 'ended'], true]);
  await background.close();
});

test('what is closed before its start does not begin', async () => {
  const background = new BackgroundWork();
  await background.close();
  let began = false;
  background.start(() => {
    began = true;
    return Promise.resolve();
  });
  expect(began).toBe(false);
});

test('whoever closes it is told of its failure', async () => {
  const background = new BackgroundWork();
  background.start(() => Promise.reject(new Error('broken')));
  await expect(background.close()).rejects.toThrow('broken');
});
