/*
 * notice.h
 *		Notices that a statement gives once, however many of its groups and partitions have cause.
 */
#ifndef CREDITSPREAD_POSTGRES_NOTICE_H
#define CREDITSPREAD_POSTGRES_NOTICE_H

/* What there is to tell. */
typedef enum NoticeKind
{
	NOTICE_WAVELET_LEVEL,
	NOTICE_DM_VARIANCE,
	NOTICE_GRAPH_RANK_ALONE,
	NOTICE_CURVE_HUBER,
	NOTICE_KINDS
} NoticeKind;

/*
 * Whether the client's statement has not been told this yet; true once.  A parallel worker is a
 * process of its own and tells its own.
 */
extern bool notice_due(NoticeKind kind);

#endif
