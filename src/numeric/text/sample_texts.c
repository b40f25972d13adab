/*
 * sample_texts.c
 *		The words of the made-up market: names, topics, and sentences in English and Chinese, good,
 *		neutral and bad.  Words for up and down stand in sentences of either meaning, so that who
 *		only counts them errs.
 */
#include "numeric/text/sample_text_market.h"

#include <string.h>

enum
{
	STEEL,
	COAL,
	PROPERTY,
	BANKING,
	CARS,
	POWER,
	TRANSPORT,
	RETAIL
};

const char *const cs_text_industries[CS_TEXT_MARKET_INDUSTRIES] = {
	"steel", "coal", "property", "banking", "cars", "power", "transport", "retail"};

const cs_text_issuer cs_text_issuers[CS_TEXT_MARKET_ISSUERS] = {
	{"S01", {"Redhill Steel", "红岭钢铁"}, {STEEL, -1}},
	{"S02", {"Ironbrook Works", "铁溪重工"}, {STEEL, COAL}},
	{"S03", {"Eastquay Metals", "东埠金属"}, {STEEL, -1}},
	{"C01", {"Blackmoor Coal", "玄原煤业"}, {COAL, -1}},
	{"C02", {"Deepvale Mining", "深谷矿业"}, {COAL, POWER}},
	{"C03", {"Northpit Energy", "北井能源"}, {COAL, -1}},
	{"P01", {"Skygate Homes", "天阙置业"}, {PROPERTY, -1}},
	{"P02", {"Harbourline Estates", "港线地产"}, {PROPERTY, RETAIL}},
	{"P03", {"Willowcourt Land", "柳庭土地"}, {PROPERTY, -1}},
	{"B01", {"Lanternbank", "明灯银行"}, {BANKING, -1}},
	{"B02", {"Crossriver Bank", "渡河银行"}, {BANKING, PROPERTY}},
	{"B03", {"Stonebridge Trust", "石桥信托"}, {BANKING, -1}},
	{"V01", {"Swiftcar Motors", "迅驰车业"}, {CARS, -1}},
	{"V02", {"Voltwheel", "电轮科技"}, {CARS, POWER}},
	{"V03", {"Gearhouse Parts", "齿屋零件"}, {CARS, STEEL}},
	{"E01", {"Bluegrid Power", "蓝网电力"}, {POWER, -1}},
	{"E02", {"Damside Electric", "坝畔电气"}, {POWER, -1}},
	{"E03", {"Sunfield Utilities", "阳田公用"}, {POWER, -1}},
	{"T01", {"Longroad Freight", "长途货运"}, {TRANSPORT, -1}},
	{"T02", {"Cranewing Air", "鹤翼航空"}, {TRANSPORT, -1}},
	{"T03", {"Twinport Shipping", "双港航运"}, {TRANSPORT, COAL}},
	{"R01", {"Marketsquare", "集广百货"}, {RETAIL, -1}},
	{"R02", {"Daybasket Stores", "日篮超市"}, {RETAIL, -1}},
	{"R03", {"Threadlane Apparel", "线巷服饰"}, {RETAIL, TRANSPORT}},
};

#define ACTS_ON(INDUSTRY) (1u << (INDUSTRY))

const cs_text_topic cs_text_topics[CS_TEXT_MARKET_TOPICS] = {
	{"interest rates",
	 "central bank policy on interest rates and lending costs 央行利率政策与贷款成本",
	 ACTS_ON(BANKING) | ACTS_ON(PROPERTY)},
	{"home sales", "sales of new homes and land auctions in cities 城市新房销售与土地拍卖",
	 ACTS_ON(PROPERTY) | ACTS_ON(STEEL) | ACTS_ON(BANKING)},
	{"infrastructure", "public spending on roads, rails and bridges 公路铁路桥梁基建投资",
	 ACTS_ON(STEEL) | ACTS_ON(TRANSPORT)},
	{"coal prices", "coal prices at the pits and in the ports 坑口与港口煤炭价格", ACTS_ON(COAL)},
	{"ore imports", "iron ore imports and blast furnace output 铁矿石进口与高炉产量",
	 ACTS_ON(STEEL)},
	{"fuel costs", "diesel and jet fuel costs of carriers 承运人柴油与航油成本",
	 ACTS_ON(TRANSPORT)},
	{"vehicle subsidies", "subsidies for buyers of electric vehicles 电动汽车购车补贴",
	 ACTS_ON(CARS)},
	{"bank reserves", "reserve requirements and deposits of lenders 银行存款准备金要求",
	 ACTS_ON(BANKING)},
	{"household spending", "household consumption and shop visits 居民消费与门店客流",
	 ACTS_ON(RETAIL) | ACTS_ON(CARS)},
	{"power tariffs", "regulated electricity tariffs for factories 工厂上网电价调整",
	 ACTS_ON(POWER)},
	{"storms and floods", "storms, floods and the rebuilding after them 暴雨洪水与灾后重建",
	 ACTS_ON(TRANSPORT) | ACTS_ON(POWER) | ACTS_ON(COAL)},
	{"export orders", "export orders and customs data for goods 出口订单与海关数据",
	 ACTS_ON(CARS) | ACTS_ON(RETAIL) | ACTS_ON(TRANSPORT)},
};

#define VARIANTS 8

/* Of an issuer, [language][polarity + 1]; %s is its name. */
static const char *const firm_words[2][3][VARIANTS] = {
	{{"%s missed a coupon and asked holders for more time",
	  "%s fell after its rating was cut to junk", "%s warned that losses rose for a third quarter",
	  "creditors of %s went to court over unpaid bills",
	  "shares of %s slid as its auditor resigned",
	  "%s said that its debt climbed faster than sales", "%s halted a plant and put off wages",
	  "a fraud inquiry into %s weighed on its notes"},
	 {"%s will hold its annual meeting next month", "%s published its calendar for the year",
	  "%s moved its registered office", "%s named an agent for its notes",
	  "trading in notes of %s was little changed", "%s said that its plans are as they were",
	  "%s confirmed the date of its next report", "%s renewed a service contract on like terms"},
	 {"%s repaid a loan early out of cash", "%s rose after its rating was lifted by two steps",
	  "%s said that losses fell and orders grew", "%s won a large contract and raised its outlook",
	  "notes of %s rallied as its debt dropped", "%s doubled its profit and cut its borrowing",
	  "a state fund took a stake in %s at a premium", "%s opened a new plant ahead of plan"}},
	{{"%s未能按期付息并请求展期", "%s评级遭下调后债券下跌", "%s预警亏损连续三季扩大",
	  "%s债权人因欠款提起诉讼", "%s审计机构辞任致股价走低", "%s负债增速上升快于收入",
	  "%s工厂停产并拖欠工资", "%s因财务造假被立案调查"},
	 {"%s将于下月召开年度会议", "%s公布全年日程安排", "%s变更注册地址", "%s聘任债券受托人",
	  "%s债券成交变动不大", "%s表示计划维持不变", "%s确认下次报告日期", "%s按原条款续签服务合同"},
	 {"%s以自有资金提前还款", "%s评级获上调两级后上涨", "%s亏损下降且订单增加",
	  "%s中标大额合同并上调指引", "%s债券走高因负债下降", "%s利润翻倍并减少借款", "国资溢价入股%s",
	  "%s新厂提前投产"}}};

#define TOPIC_VARIANTS 4

/* Of a topic, likewise; %s is its definition. */
static const char *const topic_words[3][TOPIC_VARIANTS] = {
	{"%s: conditions got worse and firms fear defaults",
	 "%s: the latest figures disappointed badly",
	 "%s: analysts cut their outlook after a sharp setback", "%s: new curbs hurt borrowers"},
	{"%s: the ministry printed its usual bulletin", "%s: figures came in as had been expected",
	 "%s: officials met and kept the rules as they are", "%s: a hearing was set for next month"},
	{"%s: conditions improved and firms plan to hire", "%s: the latest figures beat every estimate",
	 "%s: analysts raised their outlook after strong demand",
	 "%s: new support relieves borrowers"}};

static const char *const topic_words_chinese[3][TOPIC_VARIANTS] = {
	{"形势恶化，企业担忧违约", "最新数据大幅不及预期", "遭遇重挫，分析师下调展望",
	 "新限制措施打击融资"},
	{"主管部门例行发布公报", "数据符合预期", "会议决定维持现行规则", "下月将举行听证"},
	{"形势改善，企业计划扩招", "最新数据好于所有预期", "需求强劲，分析师上调展望",
	 "新支持政策缓解融资"}};

static const char *const openings[] = {"", "On Monday, ", "In early trading, ", "Late in the day, ",
									   "According to a filing, "};
static const char *const joints[] = {", while ", "; ", ", and "};
static const char *const chinese_joints[] = {"，而", "；", "，"};

#define COUNT(LIST) (sizeof(LIST) / sizeof((LIST)[0]))

/* The first `length` bytes of words. */
static void
add_part(cs_text_news *news, const char *words, size_t length)
{
	size_t used = strlen(news->text);
	size_t room = sizeof(news->text) - 1 - used;

	length = length < room ? length : room;
	memcpy(news->text + used, words, length);
	news->text[used + length] = '\0';
}

static void
add(cs_text_news *news, const char *words)
{
	add_part(news, words, strlen(words));
}

/* The words around %s. */
static void
add_before(cs_text_news *news, const char *words)
{
	add_part(news, words, (size_t) (strstr(words, "%s") - words));
}

static void
add_after(cs_text_news *news, const char *words)
{
	add(news, strstr(words, "%s") + 2);
}

static void
write_firms(cs_text_news *news, cs_random *random)
{
	int chinese = news->language;

	if (!chinese)
		add(news, openings[cs_random_below(random, COUNT(openings))]);
	for (int e = 0; e < news->entities; e++)
	{
		uint64_t joint = cs_random_below(random, COUNT(joints));
		uint64_t variant = cs_random_below(random, VARIANTS);

		if (e > 0)
			add(news, chinese ? chinese_joints[joint] : joints[joint]);
		add_before(news, firm_words[chinese][news->polarity[e] + 1][variant]);
		add(news, cs_text_issuers[news->issuer[e]].name[chinese]);
		add_after(news, firm_words[chinese][news->polarity[e] + 1][variant]);
	}
	add(news, chinese ? "。" : ".");
}

/* The part of a definition in a language: the Chinese one stands after the last blank. */
static void
write_topic(cs_text_news *news, cs_random *random)
{
	const char *definition = cs_text_topics[news->topic].definition;
	const char *chinese = strrchr(definition, ' ') + 1;
	uint64_t variant = cs_random_below(random, TOPIC_VARIANTS);

	if (news->language == 1)
	{
		add(news, chinese);
		add(news, topic_words_chinese[news->polarity[0] + 1][variant]);
		add(news, "。");
		return;
	}
	add_before(news, topic_words[news->polarity[0] + 1][variant]);
	add_part(news, definition, (size_t) (chinese - 1 - definition));
	add_after(news, topic_words[news->polarity[0] + 1][variant]);
	add(news, ".");
}

void
cs_text_news_write(cs_text_news *news, cs_random *random)
{
	news->text[0] = '\0';
	if (news->topic >= 0)
		write_topic(news, random);
	else
		write_firms(news, random);
}
