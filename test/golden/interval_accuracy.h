/* Written by make_interval_accuracy.py: definitions in rational numbers. */
static const double golden_interval_0[] = {
	99.191, 100.037, 100.389, 101.045, 101.327, 101.41, 101.536, 102.048, 102.429};
static const double golden_interval_1[] = {
	96.14, 96.197, 96.774, 97.144, 97.672, 98.397, 98.7, 98.968, 100.294};
static const double golden_interval_2[] = {
	100.974, 100.997, 101.026, 101.671, 101.698, 102.01, 102.103, 102.441, 102.538};
static const double golden_interval_3[] = {
	95.834, 95.908, 97.113, 97.491, 97.918, 98.246, 98.288, 98.505, 98.678};
static const double golden_interval_4[] = {
	96.402, 97.21, 97.388, 97.475, 97.775, 98.421, 98.489, 99.705, 100.291};
static const double golden_interval_5[] = {
	97.015, 97.086, 97.786, 97.83, 98.032, 98.381, 98.702, 99.063, 99.563};
static const double golden_interval_6[] = {
	98.453, 98.488, 98.698, 99.188, 99.383, 99.418, 99.594, 100.055, 100.107};
static const double golden_interval_7[] = {
	96.424, 97.175, 97.515, 98.073, 98.23, 98.242, 98.579, 99.147, 99.304};
static const double golden_interval_8[] = {
	96.879, 97.869, 98.015, 98.126, 98.263, 98.716, 99.053, 99.326, 100.923};
static const double golden_interval_9[] = {
	97.184, 98.008, 98.354, 98.429, 98.522, 98.806, 99.19, 99.267, 99.279};
static const double golden_interval_10[] = {
	96.975, 97.234, 97.431, 97.81, 98.213, 98.225, 98.862, 99.18, 99.26};
static const double golden_interval_11[] = {
	94.229, 94.745, 95.144, 95.334, 95.448, 95.707, 95.98, 96.569, 96.698};
static const double golden_interval_12[] = {
	94.024, 94.19, 94.613, 95.064, 95.121, 95.383, 95.681, 96.147, 96.708};
static const double golden_interval_13[] = {
	94.421, 94.721, 94.979, 95.351, 95.44, 95.587, 95.791, 96.125, 96.182};
static const double golden_interval_14[] = {
	92.628, 93.542, 94.74, 94.942, 95.085, 95.284, 96.505, 96.767, 96.815};
static const double golden_interval_15[] = {
	94.433, 94.608, 94.947, 95.506, 95.515, 95.653, 96.094, 96.647, 97.651};
static const double golden_interval_16[] = {
	92.151, 92.841, 93.285, 94.525, 94.526, 95.033, 95.058, 95.2, 95.88};
static const double golden_interval_17[] = {
	90.99, 91.837, 91.908, 92.021, 92.319, 92.449, 92.858, 92.981, 93.026};
static const double golden_interval_18[] = {
	94.048, 95.271, 95.531, 95.917, 96.303, 97.279, 97.345, 97.403, 97.538};
static const double golden_interval_19[] = {
	97.732, 98.061, 98.31, 98.666, 98.775, 98.8, 98.868, 99.002, 100.318};
static const double golden_interval_20[] = {
	95.475, 95.84, 96.675, 96.798, 96.799, 96.843, 97.54, 98.178, 98.366};
static const double golden_interval_21[] = {
	95.908, 96.42, 96.61, 97.116, 97.117, 97.43, 97.613, 97.648, 98.801};
static const double golden_interval_22[] = {
	92.219, 92.543, 93.623, 94.124, 94.503, 94.755, 95.032, 95.1, 95.112};
static const double golden_interval_23[] = {
	90.357, 91.36, 91.875, 92.062, 92.138, 92.559, 92.719, 93.049, 93.098};
static const double golden_interval_24[] = {
	90.876, 91.362, 91.554, 91.789, 92.263, 93.093, 93.324, 93.444, 93.793};
static const double golden_interval_25[] = {
	91.644, 92.576, 92.911, 93.473, 93.485, 93.88, 94.338, 94.764, 95.091};
static const double golden_interval_26[] = {
	89.849, 90.355, 90.501, 90.84, 91.045, 91.255, 91.353, 92.143, 92.757};
static const double golden_interval_27[] = {
	89.142, 89.72, 89.836, 90.254, 90.681, 90.899, 90.947, 91.549, 91.923};
static const double golden_interval_28[] = {
	91.045, 91.656, 92.144, 92.232, 92.254, 92.727, 93.235, 93.469, 93.772};
static const double golden_interval_29[] = {
	89.388, 89.742, 89.747, 89.859, 90.113, 91.608, 91.615, 92.235, 92.273};
static const double golden_interval_30[] = {
	94.161, 94.169, 94.242, 94.829, 94.836, 94.856, 95.147, 95.17, 95.756};
static const double golden_interval_31[] = {
	91.917, 92.188, 92.812, 93.206, 93.259, 93.632, 93.691, 93.974, 95.068};
static const double golden_interval_32[] = {
	89.592, 90.22, 90.405, 90.618, 90.665, 91.355, 91.459, 91.862, 92.711};
static const double golden_interval_33[] = {
	90.757, 92.969, 93.774, 94.025, 94.15, 94.511, 94.754, 95.144, 95.372};
static const double golden_interval_34[] = {
	90.931, 92.32, 93.37, 93.416, 93.528, 93.785, 93.97, 94.59, 95.354};
static const double golden_interval_35[] = {
	93.717, 93.751, 94.205, 94.687, 94.903, 95.263, 95.412, 96.276, 96.661};
static const double golden_interval_36[] = {
	92.661, 92.767, 92.811, 92.819, 94.024, 94.025, 94.03, 94.054, 94.385};
static const double golden_interval_37[] = {
	87.017, 88.189, 89.061, 89.196, 89.311, 89.608, 89.819, 90.41, 91.636};
static const double golden_interval_38[] = {
	88.242, 89.143, 89.346, 89.542, 89.576, 89.984, 90.18, 90.233, 90.781};
static const double golden_interval_39[] = {
	87.65, 87.835, 89.134, 89.136, 89.357, 89.382, 89.812, 90.08, 90.481};
static const double golden_interval_40[] = {
	86.226, 86.898, 87.14, 87.377, 87.891, 87.904, 88.05, 88.08, 88.109};
static const double golden_interval_41[] = {
	88.011, 88.662, 88.984, 89.717, 90.476, 90.856, 90.859, 91.875, 92.054};
static const double golden_interval_42[] = {
	86.07, 86.631, 86.943, 88.086, 88.242, 88.379, 88.699, 88.996, 90.635};
static const double golden_interval_43[] = {
	86.221, 86.61, 86.743, 87.104, 87.298, 87.551, 87.631, 88.219, 88.509};
static const double golden_interval_44[] = {
	86.548, 87.329, 87.764, 87.842, 87.973, 88.652, 88.864, 89.077, 90.054};
static const double golden_interval_45[] = {
	87.104, 88.194, 88.406, 88.582, 88.77, 89.481, 89.722, 90.035, 90.252};
static const double golden_interval_46[] = {
	90.33, 90.557, 90.727, 90.904, 91.077, 91.761, 92.028, 92.098, 92.489};
static const double golden_interval_47[] = {
	91.301, 91.474, 92.159, 92.209, 92.284, 93.227, 93.369, 93.431, 95.098};
static const double golden_interval_48[] = {
	89.516, 89.527, 90.726, 90.835, 91.593, 91.725, 92.377, 92.432, 92.751};
static const double golden_interval_49[] = {
	89.551, 89.606, 90.306, 90.471, 90.728, 91.06, 91.09, 91.191, 91.663};
static const double golden_interval_50[] = {
	88.482, 89.17, 89.238, 90.017, 90.099, 90.633, 90.676, 90.751, 91.39};
static const double golden_interval_51[] = {
	86.935, 87.169, 88.109, 88.351, 88.395, 88.494, 89.056, 89.27, 89.514};
static const double golden_interval_52[] = {
	87.648, 87.914, 88.504, 89.011, 89.329, 90.075, 90.342, 90.365, 90.718};
static const double golden_interval_53[] = {
	87.061, 87.153, 87.712, 88.088, 88.757, 89.63, 90.045, 90.12, 90.705};
static const double golden_interval_54[] = {
	88.781, 89.353, 89.452, 89.964, 90.041, 90.326, 90.601, 90.978, 91.21};
static const double golden_interval_55[] = {
	87.601, 88.918, 89.815, 89.835, 90.412, 90.44, 90.856, 90.891, 91.085};
static const double golden_interval_56[] = {
	88.585, 88.585, 88.849, 88.992, 89.267, 89.864, 90.189, 90.333, 92.012};
static const double golden_interval_57[] = {
	86.493, 87.167, 87.807, 87.816, 88.178, 88.254, 88.266, 88.617, 88.828};
static const double golden_interval_58[] = {
	83.923, 84.097, 85.265, 85.405, 85.803, 85.829, 85.993, 86.337, 87.356};
static const double golden_interval_59[] = {
	82.997, 83.319, 83.513, 83.667, 84.313, 84.371, 84.436, 84.551, 85.274};
typedef struct golden_interval_case
{
	double actual;
	double forecast;
	double lower;
	double upper;
	const double *quantiles;
} golden_interval_case;
static const golden_interval_case golden_interval[] = {
	{99.729, 101.533, 100.855, 103.094, golden_interval_0},
	{99.834, 97.885, 96.597, 98.818, golden_interval_1},
	{100.085, 101.453, 100.456, 102.112, golden_interval_2},
	{99.159, 97.3, 96.034, 98.709, golden_interval_3},
	{99.727, 98.493, 98.055, 99.644, golden_interval_4},
	{98.686, 98.178, 96.709, 98.799, golden_interval_5},
	{98.533, 99.94, 99.453, 101.409, golden_interval_6},
	{99.323, 98.382, 97.348, 99.513, golden_interval_7},
	{98.096, 98.97, 97.741, 100.243, golden_interval_8},
	{97.148, 98.283, 97.132, 98.828, golden_interval_9},
	{96.579, 97.745, 96.46, 98.165, golden_interval_10},
	{95.602, 95.651, 95.247, 97.182, golden_interval_11},
	{94.831, 95.342, 94.26, 96.719, golden_interval_12},
	{94.797, 95.428, 94.923, 96.308, golden_interval_13},
	{93.764, 94.652, 93.574, 96.219, golden_interval_14},
	{94.907, 94.965, 94.104, 96.096, golden_interval_15},
	{94.297, 93.967, 93.457, 95.203, golden_interval_16},
	{95.766, 92.934, 91.659, 94.355, golden_interval_17},
	{97.259, 96.076, 94.787, 97.318, golden_interval_18},
	{97.966, 97.911, 97.336, 98.902, golden_interval_19},
	{96.108, 97.356, 96.545, 98.895, golden_interval_20},
	{94.737, 97.247, 96.604, 98.577, golden_interval_21},
	{94.407, 94.236, 93.536, 95.642, golden_interval_22},
	{92.892, 92.434, 91.508, 93.964, golden_interval_23},
	{94.092, 92.753, 91.561, 93.185, golden_interval_24},
	{92.269, 93.589, 93.026, 95.066, golden_interval_25},
	{92.539, 91.13, 90.385, 91.78, golden_interval_26},
	{92.092, 90.994, 89.713, 92.458, golden_interval_27},
	{93.206, 92.719, 92.196, 93.406, golden_interval_28},
	{91.826, 90.825, 90.16, 91.884, golden_interval_29},
	{92.841, 94.615, 93.384, 95.377, golden_interval_30},
	{93.065, 93.621, 93.193, 95.123, golden_interval_31},
	{92.421, 91.872, 90.833, 92.995, golden_interval_32},
	{93.082, 94.162, 92.768, 95.716, golden_interval_33},
	{94.375, 93.623, 92.21, 94.593, golden_interval_34},
	{93.48, 94.639, 93.439, 95.176, golden_interval_35},
	{92.911, 93.662, 92.633, 95.006, golden_interval_36},
	{90.8, 89.537, 88.225, 90.951, golden_interval_37},
	{89.982, 89.191, 88.008, 90.038, golden_interval_38},
	{89.019, 88.848, 88.423, 90.374, golden_interval_39},
	{89.144, 87.525, 86.08, 88.18, golden_interval_40},
	{89.252, 89.895, 89.464, 91.387, golden_interval_41},
	{88.813, 88.179, 87.51, 89.43, golden_interval_42},
	{88.099, 87.538, 86.973, 88.959, golden_interval_43},
	{89.033, 88.007, 86.954, 89.545, golden_interval_44},
	{89.092, 88.837, 88.4, 90.243, golden_interval_45},
	{90.702, 91.098, 89.884, 91.64, golden_interval_46},
	{91.562, 92.079, 91.285, 92.871, golden_interval_47},
	{90.577, 91.328, 90.558, 92.299, golden_interval_48},
	{89.618, 90.767, 89.751, 91.818, golden_interval_49},
	{90.067, 90.306, 89.555, 91.638, golden_interval_50},
	{89.125, 88.374, 86.895, 89.632, golden_interval_51},
	{89.284, 89.595, 88.464, 90.305, golden_interval_52},
	{89.672, 88.591, 87.707, 89.012, golden_interval_53},
	{90.109, 90.145, 89.528, 91.722, golden_interval_54},
	{90.527, 90.233, 89.023, 90.698, golden_interval_55},
	{89.795, 89.524, 88.302, 90.805, golden_interval_56},
	{88.367, 88.238, 87.545, 89.592, golden_interval_57},
	{86.358, 85.34, 84.854, 86.338, golden_interval_58},
	{86.124, 84.206, 83.581, 85.638, golden_interval_59}};
typedef struct golden_interval_measures_case
{
	double level;
	double coverage;
	double below;
	double above;
	double width;
	double interval_score;
	double pinball;
	double crps;
} golden_interval_measures_case;
static const golden_interval_measures_case golden_interval_measures[] = {
	{0.8, 0.65, 0.18333333333333332, 0.16666666666666666, 2.0457333333333336, 4.275066666666673, 0.29324666666666693,
	 0.6182906666666672},
	{0.8888888888888888, 0.7833333333333333, 0.1, 0.11666666666666667, 2.9719999999999986, 5.864600000000006,
	 0.35122962962963, 0.70245925925926}};
