// The page over answers in which every text of the API is hostile: made of its schemas, so that a new member is among them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertFacets } from '@lanner/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoBrowser } from './kit/browser.ts';
import { answerHostile } from './kit/hostile-answers.ts';
import { openSignedInPage, type SignedInPage } from './kit/signed-in-page.ts';

const reason = whyNoBrowser();
const folder = mkdtempSync(join(tmpdir(), 'lanner-hostile-'));
const finding = encodeURIComponent(JSON.stringify(['secret', 'a', 'b', 'c:1']));
const views = [
  '',
  'events',
  'events?group=0',
  'events?sel=1',
  'vulnerabilities',
  'vulnerabilities?by=artifact',
  'vulnerabilities?by=package',
  'vulnerabilities?by=id',
  `vulnerabilities?sel=${finding}`,
  'secrets',
  'secrets?by=id',
  `secrets?sel=${finding}`,
  'inventory',
  'rules',
  'rules?rule=x',
  'rules?edit=1',
  'report',
  'destinations',
  'silences',
  'saved',
  'settings?all=1',
  'people',
  'audit',
];

describe.skipIf(reason !== null)(
  `hostile answers on the page${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let opened: SignedInPage;

    beforeAll(async () => {
      opened = await openSignedInPage(folder);
    }, 120_000);

    afterAll(async () => {
      await opened.close();
      rmSync(folder, { recursive: true });
    }, 60_000);

    test('each view shows hostile texts as texts, at each width', async () => {
      const { page, go, shoot, complaints } = opened;
      const asked = await answerHostile(page, {
        // The server takes addresses of its own only, and rules are not drawn before they are text.
        texts: { place: '/events?q=x', id: '1' },
        keys: {
          facets: [...alertFacets, 'severity', 'fixable', 'kev', 'accepted', 'packageName', 'artifact', 'id'],
          by: ['Critical'],
        },
      });
      for (const wide of [1440, 390]) {
        await page.setViewportSize({ width: wide, height: 860 });
        for (const view of views) {
          await go(view);
          await page.getByText('{{7*7}}').first().waitFor({ state: 'attached' });
          await shoot(`hostile-${wide}-${view.replaceAll(/\W+/g, '-').slice(0, 40)}`);
          const found = await page.evaluate<string[]>(`[...document.querySelectorAll(
            'img, script:not([src]), iframe, object, svg[onload], [href^="javascript:" i], [src^="javascript:" i]',
          )].map((element) => element.outerHTML.slice(0, 200))`);
          expect(found, view).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBeLessThanOrEqual(wide);
        }
      }
      expect(complaints).toEqual([]);
      // What every view reads was answered so.
      expect([...asked].sort()).toEqual(
        [
          ...['auditLog', 'compareWeeks', 'configuration', 'eventsView', 'getAlert', 'getFinding', 'getRule'],
          ...['listAgents', 'listArtifacts', 'listDeadLetters', 'listDestinations', 'listExceptions'],
          ...['listRules', 'listSavedViews', 'listSilences', 'listTokens', 'listUsers', 'lookAtFindings'],
          ...['overviewView', 'ownRules', 'report'],
        ].sort(),
      );
    }, 240_000);
  },
);
