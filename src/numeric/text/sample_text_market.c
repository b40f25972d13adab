/*
 * sample_text_market.c
 *		Moods, news, and what the news do to spreads.
 */
#include "numeric/text/sample_text_market.h"

#include <string.h>

#define MEAN_REVERSION 0.02
#define EFFECT 0.06
#define NOISE 0.02
#define PERSISTENCE 0.85
#define LEAST_SPREAD 0.2

/* Of moods: what stays from day to day, and what comes. */
#define MOOD_KEPT 0.9
#define MOOD_SHOCK 0.45

/* How much a single piece of news deviates from its mood, and beyond which it is not neutral. */
#define NEWS_NOISE 0.4
#define NEUTRAL_WITHIN 0.35

/* Chance that an issuer is in the news on a day, and that a text is in English. */
#define NEWS_CHANCE 0.35
#define ENGLISH_CHANCE 0.6

/* The former before a default. */
#define DECLINE_CHANCE 0.9

/* The two that default, when at the earliest, and within how many days. */
#define FIRST_DEFAULTER 5
#define SECOND_DEFAULTER 17
#define FIRST_DEFAULT_DAY 240
#define SECOND_DEFAULT_DAY 340
#define DEFAULT_DAYS 40
#define DECLINE_DAYS 60
#define DECLINE_MOOD (-1.5)
#define DECLINE_STEP 0.05

/* Nearly standard normal: a sum of twelve uniform numbers less its mean. */
static double
normal(cs_random *random)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += cs_random_uniform(random);
	return sum;
}

void
cs_text_market_initialize(cs_text_market *market, uint64_t seed, double link)
{
	memset(market, 0, sizeof(*market));
	cs_random_seed(&market->random, seed);
	market->link = link;
	market->day = -1;
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		market->mean[i] = 1.5 + 2 * cs_random_uniform(&market->random);
		market->spread[i] = market->mean[i];
		market->default_day[i] = -1;
	}
	market->default_day[FIRST_DEFAULTER] =
		FIRST_DEFAULT_DAY + (int) cs_random_below(&market->random, DEFAULT_DAYS);
	market->default_day[SECOND_DEFAULTER] =
		SECOND_DEFAULT_DAY + (int) cs_random_below(&market->random, DEFAULT_DAYS);
}

bool
cs_text_market_alive(const cs_text_market *market, int issuer)
{
	return market->default_day[issuer] < 0 || market->day <= market->default_day[issuer];
}

static bool
in_decline(const cs_text_market *market, int issuer)
{
	int last = market->default_day[issuer];

	return last >= 0 && market->day <= last && market->day > last - DECLINE_DAYS;
}

static int
polarity_of(double mood, cs_random *random)
{
	double tone = mood + NEWS_NOISE * normal(random);

	return (tone > NEUTRAL_WITHIN) - (tone < -NEUTRAL_WITHIN);
}

static void
step_moods(cs_text_market *market)
{
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		market->mood[i] = MOOD_KEPT * market->mood[i] + MOOD_SHOCK * normal(&market->random);
		if (in_decline(market, i) && market->mood[i] > DECLINE_MOOD)
			market->mood[i] = DECLINE_MOOD;
	}
	for (int k = 0; k < CS_TEXT_MARKET_TOPICS; k++)
		market->topic_mood[k] =
			MOOD_KEPT * market->topic_mood[k] + MOOD_SHOCK * normal(&market->random);
}

static cs_text_news *
new_text(cs_text_market *market)
{
	cs_text_news *news = market->news + market->news_count++;

	memset(news, 0, sizeof(*news));
	news->topic = -1;
	news->language = cs_random_uniform(&market->random) < ENGLISH_CHANCE ? 0 : 1;
	return news;
}

/* News of issuers, one to three of them in a text, in an order of chance. */
static void
make_firm_news(cs_text_market *market)
{
	int32_t order[CS_TEXT_MARKET_ISSUERS];
	cs_text_news *news = NULL;
	int room = 0;

	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
		order[i] = i;
	cs_random_shuffle(&market->random, order, CS_TEXT_MARKET_ISSUERS);
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		double chance = in_decline(market, order[i]) ? DECLINE_CHANCE : NEWS_CHANCE;
		bool told = cs_random_uniform(&market->random) < chance;
		int polarity = polarity_of(market->mood[order[i]], &market->random);

		if (!told || !cs_text_market_alive(market, order[i]))
			continue;
		if (room == 0)
		{
			news = new_text(market);
			room = 1 + (int) cs_random_below(&market->random, CS_TEXT_MARKET_ENTITIES);
		}
		news->issuer[news->entities] = order[i];
		news->polarity[news->entities++] = polarity;
		room--;
	}
}

static void
make_topic_news(cs_text_market *market)
{
	int count = 1 + (int) cs_random_below(&market->random, CS_TEXT_MARKET_TOPIC_NEWS);

	for (int i = 0; i < count; i++)
	{
		cs_text_news *news = new_text(market);

		news->topic = (int) cs_random_below(&market->random, CS_TEXT_MARKET_TOPICS);
		news->polarity[0] = polarity_of(market->topic_mood[news->topic], &market->random);
	}
}

/* What the day's topic news mean for an industry. */
static double
industry_tone(const cs_text_market *market, int industry)
{
	double tone = 0;

	for (int n = 0; n < market->news_count; n++)
	{
		const cs_text_news *news = market->news + n;

		if (news->topic >= 0 && (cs_text_topics[news->topic].industries >> industry & 1) != 0)
			tone += news->polarity[0];
	}
	return tone;
}

/* a_i(t) */
static double
tone_of(const cs_text_market *market, int issuer)
{
	const int *industry = cs_text_issuers[issuer].industry;
	double sum = 0;
	double count = 0;
	double tone = industry_tone(market, industry[0]);

	for (int n = 0; n < market->news_count; n++)
		for (int e = 0; e < market->news[n].entities; e++)
			if (market->news[n].issuer[e] == issuer)
			{
				sum += market->news[n].polarity[e];
				count++;
			}
	if (industry[1] >= 0)
		tone = (tone + industry_tone(market, industry[1])) / 2;
	return (count > 0 ? sum / count : 0) + tone;
}

static void
step_spreads(cs_text_market *market)
{
	memmove(market->recent[1], market->recent[0],
			sizeof(market->recent[0]) * CS_TEXT_MARKET_LATENCY);
	for (int i = 0; i < CS_TEXT_MARKET_ISSUERS; i++)
	{
		double *spread = market->spread + i;
		double *response = market->response + i;

		market->recent[0][i] = tone_of(market, i);
		*response =
			PERSISTENCE * *response + (1 - PERSISTENCE) * market->recent[CS_TEXT_MARKET_LATENCY][i];
		*spread += MEAN_REVERSION * (market->mean[i] - *spread) -
				   EFFECT * market->link * *response + NOISE * normal(&market->random);
		if (in_decline(market, i))
			*spread += DECLINE_STEP;
		if (*spread < LEAST_SPREAD)
			*spread = LEAST_SPREAD;
	}
}

void
cs_text_market_step(cs_text_market *market)
{
	market->day++;
	market->news_count = 0;
	step_moods(market);
	make_firm_news(market);
	make_topic_news(market);
	for (int n = 0; n < market->news_count; n++)
		cs_text_news_write(market->news + n, &market->random);
	step_spreads(market);
}
