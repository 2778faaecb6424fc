import styles from '@/features/resources/ui/resources.module.css';
import ui from '@/ui/ui.module.css';

const LINES = 16;

/** In the shape of what comes. */
export default function ResourcesLoading() {
  return (
    <div className={ui.stack} role="status" aria-busy="true" aria-label="Loading">
      <div className={ui.pageHead}>
        <h1>Resources</h1>
        <div className={ui.skeleton} style={{ width: 320, maxWidth: '100%', height: 30 }} />
      </div>
      <div className={ui.panel}>
        <div className={ui.panelHead}>
          <div className={ui.skeleton} style={{ width: 150, height: 14 }} />
          <div className={ui.skeleton} style={{ width: 180, height: 30 }} />
        </div>
        {Array.from({ length: LINES }, (_, line) => (
          <div key={line} className={styles.waiting}>
            <span className={styles.bone} style={{ width: `${22 + ((line * 37) % 16)}%` }} />
            <span className={styles.bone} style={{ width: '9%' }} />
            <span className={styles.bone} style={{ width: '8%' }} />
          </div>
        ))}
      </div>
    </div>
  );
}
