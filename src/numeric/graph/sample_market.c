/*
 * sample_market.c
 *		The industries of the made-up market, their relations and the process of their spreads.
 */
#include "numeric/graph/sample_market.h"

#include <string.h>

const char *const cs_sample_kind_names[CS_SAMPLE_KINDS] = {
	"downstream", "indirect downstream", "indirect upstream", "same sector", "upstream"};

const double cs_sample_strengths[CS_SAMPLE_KINDS] = {
	[CS_SAMPLE_SAME_SECTOR] = 1.2,		 [CS_SAMPLE_DOWNSTREAM] = 0.9,
	[CS_SAMPLE_UPSTREAM] = 0.6,			 [CS_SAMPLE_INDIRECT_DOWNSTREAM] = 0.3,
	[CS_SAMPLE_INDIRECT_UPSTREAM] = 0.0,
};

enum
{
	COAL,
	OIL_AND_GAS,
	POWER,
	RENEWABLES,
	STEEL,
	METALS,
	CHEMICALS,
	BUILDING_MATERIALS,
	PAPER,
	MACHINERY,
	ELECTRICAL_EQUIPMENT,
	CONSTRUCTION,
	SHIPBUILDING,
	RAILWAYS,
	AIRLINES,
	SHIPPING,
	LOGISTICS,
	CARS,
	APPLIANCES,
	FURNITURE,
	TEXTILES,
	AGRICULTURE,
	FOOD,
	BEVERAGES,
	PHARMACEUTICALS,
	MEDICAL_DEVICES,
	HOSPITALS,
	SEMICONDUCTORS,
	ELECTRONICS,
	SOFTWARE,
	TELECOMS,
	MEDIA,
	TOURISM,
	PROPERTY,
	RETAIL,
	TRADING
};

typedef struct Industry
{
	const char *name;
	int sector;
} Industry;

static const char *const sectors[CS_SAMPLE_SECTORS] = {
	"energy",  "materials", "industrials", "transport",		"durables",
	"staples", "health",	"technology",  "communication", "trade and property"};

static const Industry industries[CS_SAMPLE_INDUSTRIES] = {
	[COAL] = {"coal", 0},
	[OIL_AND_GAS] = {"oil and gas", 0},
	[POWER] = {"power", 0},
	[RENEWABLES] = {"renewables", 0},
	[STEEL] = {"steel", 1},
	[METALS] = {"metals", 1},
	[CHEMICALS] = {"chemicals", 1},
	[BUILDING_MATERIALS] = {"building materials", 1},
	[PAPER] = {"paper", 1},
	[MACHINERY] = {"machinery", 2},
	[ELECTRICAL_EQUIPMENT] = {"electrical equipment", 2},
	[CONSTRUCTION] = {"construction", 2},
	[SHIPBUILDING] = {"shipbuilding", 2},
	[RAILWAYS] = {"railways", 3},
	[AIRLINES] = {"airlines", 3},
	[SHIPPING] = {"shipping", 3},
	[LOGISTICS] = {"logistics", 3},
	[CARS] = {"cars", 4},
	[APPLIANCES] = {"appliances", 4},
	[FURNITURE] = {"furniture", 4},
	[TEXTILES] = {"textiles", 4},
	[AGRICULTURE] = {"agriculture", 5},
	[FOOD] = {"food", 5},
	[BEVERAGES] = {"beverages", 5},
	[PHARMACEUTICALS] = {"pharmaceuticals", 6},
	[MEDICAL_DEVICES] = {"medical devices", 6},
	[HOSPITALS] = {"hospitals", 6},
	[SEMICONDUCTORS] = {"semiconductors", 7},
	[ELECTRONICS] = {"electronics", 7},
	[SOFTWARE] = {"software", 7},
	[TELECOMS] = {"telecoms", 8},
	[MEDIA] = {"media", 8},
	[TOURISM] = {"tourism", 8},
	[PROPERTY] = {"property", 9},
	[RETAIL] = {"retail", 9},
	[TRADING] = {"trading", 9},
};

/* From upstream to downstream. */
static const uint8_t supplies[][2] = {
	{COAL, POWER},
	{COAL, STEEL},
	{OIL_AND_GAS, CHEMICALS},
	{OIL_AND_GAS, AIRLINES},
	{OIL_AND_GAS, SHIPPING},
	{POWER, METALS},
	{POWER, RAILWAYS},
	{RENEWABLES, POWER},
	{STEEL, MACHINERY},
	{STEEL, SHIPBUILDING},
	{STEEL, CARS},
	{STEEL, CONSTRUCTION},
	{METALS, ELECTRICAL_EQUIPMENT},
	{METALS, ELECTRONICS},
	{METALS, APPLIANCES},
	{CHEMICALS, TEXTILES},
	{CHEMICALS, PHARMACEUTICALS},
	{CHEMICALS, AGRICULTURE},
	{CHEMICALS, SEMICONDUCTORS},
	{BUILDING_MATERIALS, CONSTRUCTION},
	{PAPER, MEDIA},
	{MACHINERY, AGRICULTURE},
	{MACHINERY, COAL},
	{ELECTRICAL_EQUIPMENT, RENEWABLES},
	{ELECTRICAL_EQUIPMENT, CARS},
	{CONSTRUCTION, PROPERTY},
	{CONSTRUCTION, HOSPITALS},
	{SHIPBUILDING, SHIPPING},
	{RAILWAYS, LOGISTICS},
	{AIRLINES, TOURISM},
	{SHIPPING, TRADING},
	{LOGISTICS, RETAIL},
	{CARS, LOGISTICS},
	{FURNITURE, PROPERTY},
	{APPLIANCES, RETAIL},
	{TEXTILES, FURNITURE},
	{TEXTILES, RETAIL},
	{AGRICULTURE, FOOD},
	{AGRICULTURE, PAPER},
	{FOOD, RETAIL},
	{BEVERAGES, TOURISM},
	{PHARMACEUTICALS, HOSPITALS},
	{MEDICAL_DEVICES, HOSPITALS},
	{SEMICONDUCTORS, ELECTRONICS},
	{ELECTRONICS, MEDICAL_DEVICES},
	{ELECTRONICS, TELECOMS},
	{SOFTWARE, TELECOMS},
	{TELECOMS, MEDIA},
};

const char *
cs_sample_industry(size_t industry)
{
	return industries[industry].name;
}

const char *
cs_sample_sector(size_t industry)
{
	return sectors[industries[industry].sector];
}

/* The kinds by which `source` acts on `target` directly. */
static uint64_t
direct_kinds(size_t source, size_t target)
{
	uint64_t kinds = 0;

	if (industries[source].sector == industries[target].sector)
		kinds |= 1U << CS_SAMPLE_SAME_SECTOR;
	for (size_t i = 0; i < sizeof(supplies) / sizeof(supplies[0]); i++)
	{
		if (supplies[i][0] == source && supplies[i][1] == target)
			kinds |= 1U << CS_SAMPLE_UPSTREAM;
		if (supplies[i][1] == source && supplies[i][0] == target)
			kinds |= 1U << CS_SAMPLE_DOWNSTREAM;
	}
	return kinds;
}

size_t
cs_sample_relations(cs_relation relations[CS_SAMPLE_MAX_PAIRS])
{
	size_t count = 0;

	for (uint32_t source = 0; source < CS_SAMPLE_INDUSTRIES; source++)
		for (uint32_t target = 0; target < CS_SAMPLE_INDUSTRIES; target++)
		{
			uint64_t kinds = source == target ? 0 : direct_kinds(source, target);

			if (kinds != 0)
				relations[count++] = (cs_relation){source, target, kinds};
		}
	return count;
}

static const cs_relation_graph direct_shape = {CS_SAMPLE_INDUSTRIES, CS_SAMPLE_MAX_PAIRS, NULL};

/* What is needed to find the indirect relations. */
typedef struct search_room
{
	cs_relation *direct;
	cs_relation *all;
	void *paths;
	size_t paths_size;
} search_room;

static void
lay_out(search_room *room, cs_workspace *workspace)
{
	room->direct = cs_workspace_take(workspace, CS_SAMPLE_MAX_PAIRS, sizeof(cs_relation));
	room->all = cs_workspace_take(workspace, CS_SAMPLE_MAX_PAIRS, sizeof(cs_relation));
	room->paths_size = cs_relation_paths_size(&direct_shape);
	room->paths = cs_workspace_take(workspace, 1, room->paths_size);
}

size_t
cs_sample_market_size(void)
{
	search_room room;
	cs_workspace workspace;

	cs_workspace_count(&workspace);
	lay_out(&room, &workspace);
	return cs_workspace_total(&workspace);
}

/* Effects of all relations, direct and indirect. */
static void
set_effects(cs_sample_market *market, const cs_relation *relations, size_t pairs)
{
	for (size_t e = 0; e < pairs; e++)
		for (int k = 0; k < CS_SAMPLE_KINDS; k++)
			if ((relations[e].kinds >> k & 1) != 0)
				market->effect[relations[e].target][relations[e].source] += cs_sample_strengths[k];
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		double neighbours = 0;

		for (size_t e = 0; e < pairs; e++)
			neighbours += relations[e].target == i;
		for (size_t j = 0; j < CS_SAMPLE_INDUSTRIES; j++)
			if (neighbours > 0)
				market->effect[i][j] /= neighbours;
	}
}

cs_status
cs_sample_market_initialize(cs_sample_market *market, uint64_t seed, cs_workspace *workspace)
{
	static const uint8_t indirect[CS_RELATION_MAX_KINDS] = {
		[CS_SAMPLE_DOWNSTREAM] = CS_SAMPLE_INDIRECT_DOWNSTREAM,
		[CS_SAMPLE_UPSTREAM] = CS_SAMPLE_INDIRECT_UPSTREAM};
	cs_relation_graph graph = {CS_SAMPLE_INDUSTRIES, 0, NULL};
	search_room room;
	cs_workspace paths_workspace;
	cs_relation_paths paths;
	cs_status status;

	lay_out(&room, workspace);
	if (workspace->failed)
		return CS_NO_MEMORY;
	memset(market, 0, sizeof(*market));
	graph.relations = room.direct;
	graph.pairs = cs_sample_relations(room.direct);
	cs_workspace_initialize(&paths_workspace, room.paths, room.paths_size);
	status = cs_relation_paths_initialize(&paths, &graph,
										  1U << CS_SAMPLE_DOWNSTREAM | 1U << CS_SAMPLE_UPSTREAM,
										  indirect, room.all, &paths_workspace);
	if (status != CS_OK)
		return status;
	while (!cs_relation_paths_finished(&paths))
		cs_relation_paths_step(&paths);
	set_effects(market, room.all, paths.pairs);
	cs_random_seed(&market->random, seed);
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		market->mean[i] = 1.6 + 2.0 * cs_random_uniform(&market->random);
		market->volatility[i] = 0.02 + 0.02 * cs_random_uniform(&market->random);
		market->spread[i] = market->mean[i];
		market->stock[i] = 1000.0;
	}
	return CS_OK;
}

/* Nearly normal, without a function of the machine's library: mean 0, variance 1. */
static double
draw(cs_random *random)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += cs_random_uniform(random);
	return sum;
}

void
cs_sample_market_step(cs_sample_market *market)
{
	double common = 0.01 * draw(&market->random);
	double before[CS_SAMPLE_INDUSTRIES];

	memcpy(before, market->change, sizeof(before));
	for (size_t i = 0; i < CS_SAMPLE_INDUSTRIES; i++)
	{
		double shock = common + market->volatility[i] * draw(&market->random);
		double spilled = 0;

		for (size_t j = 0; j < CS_SAMPLE_INDUSTRIES; j++)
			spilled += market->effect[i][j] * before[j];
		market->change[i] = 0.02 * (market->mean[i] - market->spread[i]) + shock + spilled;
		market->spread[i] += market->change[i];
		market->stock[i] *= 1.0 + (0.0003 - 0.2 * shock + 0.008 * draw(&market->random));
	}
}
