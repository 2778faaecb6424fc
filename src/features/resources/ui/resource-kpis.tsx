import overview from '@/features/costs/ui/overview.module.css';
import { Change, Money } from '@/ui/money';
import type { ResourceLine } from '../resources';
import { unknownWords } from './figures';
import styles from './resources.module.css';
import { BEFORE_WORDS, SPAN_WORDS, spans } from './span-words';

/** What a resource cost in each span, and in the one before it. */
export function ResourceKpis({ line, currency }: { line: ResourceLine; currency: string }) {
  return (
    <section className={`${overview.kpis} ${styles.kpis}`} aria-label="Key figures">
      {spans.map((span) => {
        const cost = line.costs?.[span];
        return (
          <div key={span} className={overview.kpi} data-testid={`cost-${span}`}>
            <h2>{SPAN_WORDS[span]}</h2>
            <div className={overview.medium}>
              {cost ? <Money amount={cost.now} currency={currency} /> : '–'}
            </div>
            <p>
              {cost ? (
                <>
                  {cost.before === null ? (
                    <span>{BEFORE_WORDS[span]} are not loaded</span>
                  ) : (
                    <>
                      <Change percent={cost.change} now={cost.now} before={cost.before} />
                      <span>
                        <Money amount={cost.before} currency={currency} /> {BEFORE_WORDS[span]}
                      </span>
                    </>
                  )}
                </>
              ) : (
                unknownWords(line.source)
              )}
            </p>
          </div>
        );
      })}
    </section>
  );
}
