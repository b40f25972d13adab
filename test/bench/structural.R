# The series of bench_structural that R's StructTS has a model for: processor seconds.
lines <- strsplit(system("build/plain/bench_structural.exe --series", intern = TRUE), " ")
measure <- function(model, name, type, period) {
	series <- lapply(Filter(function(line) line[1] == model, lines), function(line) ts(as.numeric(line[-1]), frequency = period))
	seconds <- system.time(for (y in series) StructTS(y, type))
	cat(sprintf('{"name": "StructTS, %s, %d series", "seconds": %.6f}\n', name, length(series), seconds[["user.self"]] + seconds[["sys.self"]]))
}
measure("1", "local linear trend", "trend", 1)
measure("2", "trend and season of 12", "BSM", 12)
