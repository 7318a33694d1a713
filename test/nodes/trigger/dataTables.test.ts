/** Data Tables as the trigger reads them; test/e2e/dataTables.test.ts says the same of a real n8n. */
import { startDataTables } from '../../../harness/sandbox/dataTables';
import { describeDataTables } from '../../../harness/sandbox/dataTablesContract';

describeDataTables(startDataTables);
