import { AppError, type Log } from '@lanner/core';
import type { AlertStore, SidekickMetrics } from '@lanner/hub';

const maxRules = 200;
const maxHosts = 5;

/**
 * Brings the series of rules into being that the store knows: counting begins anew with each start, and an alert rule
 * over `increase()` is to see the first event after it. Of each rule the hosts that had it most often.
 */
export async function expectKnownRules(
  alerts: Pick<AlertStore, 'facets' | 'search'>,
  metrics: Pick<SidekickMetrics, 'expect'>,
  log: Log,
): Promise<void> {
  try {
    const { rule: rules = [] } = await alerts.facets({}, ['rule'], maxRules);
    for (const { value: rule } of rules) {
      const query = { any: { rule: [rule] } };
      const { hostname: hosts = [] } = await alerts.facets(query, ['hostname'], maxHosts);
      const { alerts: latest } = await alerts.search(query, 1);
      for (const { event } of latest) {
        for (const host of hosts.length === 0 ? [''] : hosts.map(({ value }) => value)) {
          metrics.expect(rule, event.priority, event.source, host);
        }
      }
    }
  } catch (error) {
    // Also when the server ends meanwhile; the series come with their first event then.
    log.debug('series of known rules were not made', {
      reason: error instanceof AppError ? error.message : String(error),
    });
  }
}
