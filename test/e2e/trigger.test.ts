/** The trigger in a real n8n as it comes: one timer per active workflow, state stored with the workflow. */
import { describeTrigger } from '../../harness/e2e/triggerContract';

describeTrigger('the default poller', {});
