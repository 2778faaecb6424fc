import overview from '@/features/costs/ui/overview.module.css';
import styles from '@/features/resources/ui/resources.module.css';
import ui from '@/ui/ui.module.css';

const Bone = ({ width, height }: { width: number | string; height: number }) => (
  <div className={ui.skeleton} style={{ width, maxWidth: '100%', height }} />
);

/** In the shape of what comes. */
export default function ResourceLoading() {
  return (
    <div className={ui.stack} role="status" aria-busy="true" aria-label="Loading">
      <div className={ui.pageHead}>
        <div className={styles.heading}>
          <Bone width={160} height={14} />
          <Bone width={280} height={24} />
          <Bone width={340} height={26} />
        </div>
      </div>
      <div className={`${overview.kpis} ${styles.kpis}`}>
        {['60%', '55%', '50%', '45%'].map((width) => (
          <div key={width} className={overview.kpi}>
            <Bone width={70} height={14} />
            <div style={{ height: 10 }} />
            <Bone width={width} height={28} />
            <div style={{ height: 10 }} />
            <Bone width="75%" height={12} />
          </div>
        ))}
      </div>
      <div className={ui.panel} style={{ height: 342 }} />
      <div className={ui.columns}>
        <div className={ui.panel} style={{ height: 320 }} />
        <div className={ui.panel} style={{ height: 320 }} />
      </div>
    </div>
  );
}
