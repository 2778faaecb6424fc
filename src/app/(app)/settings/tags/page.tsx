import type { Metadata } from 'next';
import { listTags } from '@/features/tags/list-tags';
import { suggestRules } from '@/features/tags/suggest-rules';
import { TagSettingsPage } from '@/features/tags/ui/tag-settings';
import { pageContext } from '@/server/session';
import {
  chooseTagAction,
  deleteTagRuleAction,
  listTagValuesAction,
  previewTagRuleAction,
  saveTagRuleAction,
} from './actions';

export const metadata: Metadata = { title: 'Tags' };

export default async function TagsPage() {
  const { ctx } = await pageContext('tag:write');
  const settings = await listTags(ctx);
  return (
    <TagSettingsPage
      settings={settings}
      suggestions={suggestRules(settings.keys)}
      verbs={{
        save: saveTagRuleAction,
        remove: deleteTagRuleAction,
        choose: chooseTagAction,
        preview: previewTagRuleAction,
        values: listTagValuesAction,
      }}
    />
  );
}
