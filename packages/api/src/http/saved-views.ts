import { z } from 'zod';
import { Done, Nothing } from './common.ts';
import { defineRoute } from './route.ts';

const ViewName = z
  .string()
  .trim()
  .min(1, 'needs a name')
  .max(80, 'has 80 characters at most')
  .regex(/^\P{Cc}*$/u, 'has no control characters');
const ViewPlace = z
  .string()
  .max(2000, 'is too long')
  .describe('Path and query of the page, such as /events?rule=Shell&from=24h.');

const SavedView = z.strictObject({
  id: z.string(),
  name: z.string(),
  place: z.string(),
  isShared: z.boolean().describe('Everybody sees it; otherwise only who saved it.'),
  by: z.string().describe('Who saved it.'),
  changedMs: z.number(),
  mayChange: z.boolean().describe('Whether whoever asks may change and remove it.'),
});

export const savedViewRoutes = {
  listSavedViews: defineRoute({
    method: 'get',
    path: '/api/v1/saved-views',
    summary: 'Saved views: the own ones, and those that are shared.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ views: z.array(SavedView) }),
  }),
  getSavedView: defineRoute({
    method: 'get',
    path: '/api/v1/saved-views/:id',
    summary: 'One saved view; 404 for those of others that are not shared.',
    scope: 'view',
    query: Nothing,
    body: Nothing,
    result: SavedView,
  }),
  createSavedView: defineRoute({
    method: 'post',
    path: '/api/v1/saved-views',
    summary: 'Saves a view under a name. Sharing it needs the role triage.',
    scope: 'view',
    audit: 'view.create',
    query: Nothing,
    body: z.strictObject({ name: ViewName, place: ViewPlace, isShared: z.boolean().default(false) }),
    result: SavedView,
  }),
  changeSavedView: defineRoute({
    method: 'put',
    path: '/api/v1/saved-views/:id',
    summary: 'Renames, moves or shares a saved view. Those of others are changed by administrators only.',
    scope: 'view',
    audit: 'view.change',
    query: Nothing,
    body: z.strictObject({
      name: ViewName.optional(),
      place: ViewPlace.optional(),
      isShared: z.boolean().optional(),
    }),
    result: SavedView,
  }),
  removeSavedView: defineRoute({
    method: 'delete',
    path: '/api/v1/saved-views/:id',
    summary: 'Removes a saved view.',
    scope: 'view',
    audit: 'view.remove',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};
