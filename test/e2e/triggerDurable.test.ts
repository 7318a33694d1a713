/** The trigger in a real n8n whose polls are jobs of the durable scheduler, with cursors of their own. */
import { describeTrigger } from '../../harness/e2e/triggerContract';

describeTrigger('the durable scheduler', {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
});
