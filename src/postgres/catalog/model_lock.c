/*
 * model_lock.c
 *		The lock of a named model: who works on it; and that of a row of the queue of a run.
 *
 * A run takes it for the session, since it commits between its steps; what is done in one
 * transaction takes it for that.  The lock is one of an object of the relation
 * creditspread.pipeline, which no statement of SQL can name: nobody keeps an owner out.  A
 * transaction that ends badly releases all that the session has, so that nothing stays behind in a
 * session that lives on.  So does the end of the process, which the server does for advisory locks
 * alone.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lock.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#define LOCK_MODE ExclusiveLock

/* A lock that this session holds beyond a transaction, and the subtransaction that took it, until
 * the transaction commits: if that fails alone, the lock goes with it. */
typedef struct
{
	LOCKTAG tag;
	SubTransactionId taken_in;
} HeldLock;

static HeldLock *held;
static int held_count;
static int held_capacity;

/* Whether a cancel has to wait, see hold_cancel. */
static bool cancel_waits;

/* Object `id` of a relation; 48 of the 64 bits of the number, so many are never given. */
static LOCKTAG
tag_in(const char *schema_name, const char *name, int64 id)
{
	Oid schema = get_namespace_oid(schema_name, true);
	Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
	LOCKTAG tag;

	if (!OidIsValid(relation))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation %s.%s does not exist", schema_name, name),
						errhint("The installation of the extension is not complete: update it.")));
	if (id < 0 || id >> 48 != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the number of a model is " INT64_FORMAT
							   ", must be from 0 to " INT64_FORMAT,
							   id, (INT64CONST(1) << 48) - 1)));
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, relation, (uint32) id, (uint16) (id >> 32));
	return tag;
}

static LOCKTAG
model_tag(int64 pipeline)
{
	return tag_in("creditspread", "pipeline", pipeline);
}

static LOCKTAG
queue_tag(int64 row)
{
	return tag_in("creditspread_internal", "queue", row);
}

static int
held_index(const LOCKTAG *tag)
{
	for (int i = 0; i < held_count; i++)
		if (memcmp(&held[i].tag, tag, sizeof(LOCKTAG)) == 0)
			return i;
	return -1;
}

static void
release(int index)
{
	LOCKTAG tag = held[index].tag;

	held[index] = held[--held_count];
	LockRelease(&tag, LOCK_MODE, true);
}

static void
hold(void)
{
	if (QueryCancelHoldoffCount == 0)
		HOLD_CANCEL_INTERRUPTS();
	cancel_waits = true;
}

static bool
release_held(LOCKTAG tag, bool to_commit)
{
	int index = held_index(&tag);

	if (index < 0)
		return false;
	if (to_commit)
		hold();
	release(index);
	return true;
}

/* An error has reset the count already. */
static void
resume(void)
{
	if (cancel_waits && QueryCancelHoldoffCount > 0)
		RESUME_CANCEL_INTERRUPTS();
	cancel_waits = false;
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	(void) arg;
	if (event == XACT_EVENT_ABORT)
		while (held_count > 0)
			release(held_count - 1);
	else if (event == XACT_EVENT_COMMIT)
		for (int i = 0; i < held_count; i++)
			held[i].taken_in = InvalidSubTransactionId;
	if (event == XACT_EVENT_ABORT ||
		(event == XACT_EVENT_COMMIT && (held_count == 0 || !SPI_inside_nonatomic_context())))
		resume();
}

static void
at_subtransaction_end(SubXactEvent event, SubTransactionId id, SubTransactionId parent, void *arg)
{
	(void) arg;
	for (int i = held_count - 1; i >= 0; i--)
		if (held[i].taken_in == id && event == SUBXACT_EVENT_ABORT_SUB)
			release(i);
		else if (held[i].taken_in == id && event == SUBXACT_EVENT_COMMIT_SUB)
			held[i].taken_in = parent;
}

static void
at_exit(int code, Datum arg)
{
	(void) code;
	(void) arg;
	/* which the server would do next: in a transaction, nothing may be half done */
	AbortOutOfAnyTransaction();
	while (held_count > 0)
		release(held_count - 1);
}

/* Room for one more in the list, which the ends of transactions and of the process look at from now
 * on. */
static void
reserve(void)
{
	if (held == NULL)
	{
		held_capacity = 4;
		held = MemoryContextAlloc(TopMemoryContext, sizeof(HeldLock) * held_capacity);
		RegisterXactCallback(at_transaction_end, NULL);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
		before_shmem_exit(at_exit, (Datum) 0);
	}
	if (held_count == held_capacity)
	{
		held = repalloc(held, sizeof(HeldLock) * held_capacity * 2);
		held_capacity *= 2;
	}
}

static bool
take(LOCKTAG tag)
{
	if (held_index(&tag) >= 0)
		return false;
	reserve();
	if (LockAcquire(&tag, LOCK_MODE, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return false;
	held[held_count++] = (HeldLock){tag, GetCurrentSubTransactionId()};
	return true;
}

static bool
holds(LOCKTAG tag)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(&tag, LOCK_MODE, false);
#else
	return LockHeldByMe(&tag, LOCK_MODE);
#endif
}

/*
 * take_model_lock, release_model_lock, holds_model_lock (id), and for rows of the queue
 * take_queue_lock, release_queue_lock, holds_queue_lock:
 *
 * take: for the session, without waiting; false when another session has it, or this one has it
 * already.  release: whether the session had it; what the transaction says of the end of the work
 * on a model is to be committed now, and a cancel waits for that.  holds: whether this session has
 * it, also until the end of the transaction alone.
 */
#define LOCK_FUNCTIONS(kind, to_commit)                                                            \
	PG_FUNCTION_INFO_V1(creditspread_take_##kind##_lock);                                          \
	Datum creditspread_take_##kind##_lock(PG_FUNCTION_ARGS)                                        \
	{                                                                                              \
		PG_RETURN_BOOL(take(kind##_tag(PG_GETARG_INT64(0))));                                      \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_release_##kind##_lock);                                       \
	Datum creditspread_release_##kind##_lock(PG_FUNCTION_ARGS)                                     \
	{                                                                                              \
		PG_RETURN_BOOL(release_held(kind##_tag(PG_GETARG_INT64(0)), to_commit));                   \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(creditspread_holds_##kind##_lock);                                         \
	Datum creditspread_holds_##kind##_lock(PG_FUNCTION_ARGS)                                       \
	{                                                                                              \
		PG_RETURN_BOOL(holds(kind##_tag(PG_GETARG_INT64(0))));                                     \
	}

LOCK_FUNCTIONS(model, true)
LOCK_FUNCTIONS(queue, false)

/*
 * take_model_lock_in_transaction(id): until the transaction ends, without waiting; false when
 * another session has it, or a run of this one is under way.
 */
PG_FUNCTION_INFO_V1(creditspread_take_model_lock_in_transaction);
Datum
creditspread_take_model_lock_in_transaction(PG_FUNCTION_ARGS)
{
	LOCKTAG tag = model_tag(PG_GETARG_INT64(0));

	if (held_index(&tag) >= 0)
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(LockAcquire(&tag, LOCK_MODE, false, true) != LOCKACQUIRE_NOT_AVAIL);
}

/*
 * model_lock_holder(id): the process that has it, NULL = none.  GetLockConflicts would not do: it
 * passes over sessions between two transactions.
 */
PG_FUNCTION_INFO_V1(creditspread_model_lock_holder);
Datum
creditspread_model_lock_holder(PG_FUNCTION_ARGS)
{
	LOCKTAG tag = model_tag(PG_GETARG_INT64(0));
	const LockData *all = GetLockStatusData();

	for (int i = 0; i < all->nelements; i++)
	{
		const LockInstanceData *instance = &all->locks[i];

		if ((instance->holdMask & LOCKBIT_ON(LOCK_MODE)) != 0 && instance->pid != 0 &&
			memcmp(&instance->locktag, &tag, sizeof(LOCKTAG)) == 0)
			PG_RETURN_INT32(instance->pid);
	}
	PG_RETURN_NULL();
}

/*
 * hold_cancel(hold)
 *
 * A procedure that commits has no handler for errors around its steps.  So a cancel waits from the
 * end of a step to the start of the next one, which catches it and sees to the log.  Any error ends
 * the waiting, as everywhere in the server, and without the lock of a model there is none; nor does
 * it outlive the statement, or the transaction, of whoever calls this outside of a procedure.
 */
PG_FUNCTION_INFO_V1(creditspread_hold_cancel);
Datum
creditspread_hold_cancel(PG_FUNCTION_ARGS)
{
	if (!PG_GETARG_BOOL(0))
	{
		resume();
		CHECK_FOR_INTERRUPTS();
	}
	else if (held_count > 0)
		hold();
	PG_RETURN_VOID();
}
