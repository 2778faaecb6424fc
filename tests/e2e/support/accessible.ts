import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** By the rules of WCAG 2.1 AA that a program can judge, the page as it stands now. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1] ?? ''}`),
  }));
  expect(found).toEqual([]);
}
