import styles from '@/features/costs/ui/overview.module.css';
import ui from '@/ui/ui.module.css';

const Bone = ({ width, height }: { width: number | string; height: number }) => (
  <div className={ui.skeleton} style={{ width, height }} />
);

/** In the shape of what comes. */
export default function OverviewLoading() {
  return (
    <div className={ui.stack} aria-busy="true" aria-label="Loading">
      <div className={ui.pageHead}>
        <h1>Overview</h1>
      </div>
      <div className={styles.kpis}>
        {['60%', '55%', '50%', '45%'].map((width) => (
          <div key={width} className={styles.kpi}>
            <Bone width={90} height={14} />
            <div style={{ height: 10 }} />
            <Bone width={width} height={28} />
            <div style={{ height: 10 }} />
            <Bone width="75%" height={12} />
          </div>
        ))}
      </div>
      <div className={ui.panel} style={{ height: 342 }} />
      <div className={ui.columns}>
        <div className={ui.panel} style={{ height: 420 }} />
        <div className={ui.panel} style={{ height: 420 }} />
      </div>
    </div>
  );
}
