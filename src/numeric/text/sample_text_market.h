/*
 * sample_text_market.h
 *		A made-up bond market with its news: what the news say of an issuer and of the topics of its
 *		industries moves its spread some days later and for some time.
 *
 * On business day t, for issuer i with industries M_i:
 *		a_i(t) = mean polarity of its news + mean over m in M_i of the sum of the polarities of the
 *				 day's topic news that act on m
 *		r_i(t) = 0.85 r_i(t-1) + 0.15 a_i(t-2)
 *		s_i(t) = s_i(t-1) + 0.02 (m_i - s_i(t-1)) - 0.06 link r_i(t) + 0.02 z
 * Polarities (-1, 0, 1) follow moods, which are autoregressions of issuers and of topics.  Two
 * issuers default: from 60 days before, they are in the news often and badly, and their spreads
 * rise by 0.05 a day.
 *
 * Only sums, products and divisions are used, so every machine makes the same figures; the link
 * changes no draw.
 */
#ifndef CREDITSPREAD_NUMERIC_SAMPLE_TEXT_MARKET_H
#define CREDITSPREAD_NUMERIC_SAMPLE_TEXT_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/base/random.h"

#define CS_TEXT_MARKET_ISSUERS 24
#define CS_TEXT_MARKET_INDUSTRIES 8
#define CS_TEXT_MARKET_TOPICS 12
#define CS_TEXT_MARKET_LATENCY 2

/* Entities of one text, and texts of one day, at most. */
#define CS_TEXT_MARKET_ENTITIES 3
#define CS_TEXT_MARKET_TOPIC_NEWS 3
#define CS_TEXT_MARKET_NEWS (CS_TEXT_MARKET_ISSUERS + CS_TEXT_MARKET_TOPIC_NEWS)

/* Bytes of a text, with the 0 at its end. */
#define CS_TEXT_MARKET_LENGTH 768

typedef struct cs_text_issuer
{
	const char *bond;
	const char *name[2]; /* English, Chinese */
	int industry[2];	 /* the second -1: one alone */
} cs_text_issuer;

typedef struct cs_text_topic
{
	const char *name;
	const char *definition;
	unsigned industries; /* bit m: it acts on industry m */
} cs_text_topic;

extern const cs_text_issuer cs_text_issuers[CS_TEXT_MARKET_ISSUERS];
extern const cs_text_topic cs_text_topics[CS_TEXT_MARKET_TOPICS];
extern const char *const cs_text_industries[CS_TEXT_MARKET_INDUSTRIES];

/* A text and what is meant by it. */
typedef struct cs_text_news
{
	int entities; /* 0: of a topic */
	int issuer[CS_TEXT_MARKET_ENTITIES];
	int topic;
	int polarity[CS_TEXT_MARKET_ENTITIES]; /* of each entity, or of the topic */
	int language;						   /* 0 English, 1 Chinese */
	char text[CS_TEXT_MARKET_LENGTH];	   /* UTF-8 */
} cs_text_news;

typedef struct cs_text_market
{
	cs_random random;
	double link;
	int day; /* of the last step, from 0 */
	double mood[CS_TEXT_MARKET_ISSUERS];
	double topic_mood[CS_TEXT_MARKET_TOPICS];
	double recent[CS_TEXT_MARKET_LATENCY + 1][CS_TEXT_MARKET_ISSUERS]; /* a(t), a(t-1), ... */
	double response[CS_TEXT_MARKET_ISSUERS];
	double mean[CS_TEXT_MARKET_ISSUERS];
	double spread[CS_TEXT_MARKET_ISSUERS];
	int default_day[CS_TEXT_MARKET_ISSUERS]; /* the last day with a spread; -1: none */
	int news_count;
	cs_text_news news[CS_TEXT_MARKET_NEWS];
} cs_text_market;

/* Before the first day. */
extern void cs_text_market_initialize(cs_text_market *market, uint64_t seed, double link);

/* Goes on to the next day: news, `recent[0]`, `response` and `spread` are then that day's. */
extern void cs_text_market_step(cs_text_market *market);

/* Whether an issuer still has a spread. */
extern bool cs_text_market_alive(const cs_text_market *market, int issuer);

/* Words of the texts (sample_texts.c): writes the text of news whose meaning is set. */
extern void cs_text_news_write(cs_text_news *news, cs_random *random);

#endif
