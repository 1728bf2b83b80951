import { silentLog } from '@lanner/core';
import { destinations, nodeEffects, type OpenDestination } from '@lanner/hub';
import { sectionSettings, type SettingValue } from '@lanner/hub/testkit';

/** A destination with falcosidekick's defaults and what a test sets, with the real effects. */
export async function openDestination(
  id: string,
  values: Readonly<Record<string, SettingValue>>,
  addedFields: readonly string[] = [],
): Promise<OpenDestination> {
  const destination = destinations.find((candidate) => candidate.id === id);
  if (destination?.sidekick === undefined) {
    throw new Error(`no destination ${id}`);
  }
  const effects = nodeEffects(silentLog, () => Promise.resolve());
  return destination.open(sectionSettings(destination.sidekick.section, values, { addedFields }), {
    ...effects,
    environment: () => undefined,
  });
}
