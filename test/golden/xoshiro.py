"""The generator of the library, xoshiro256++ of Blackman and Vigna seeded by splitmix64, in Python's whole numbers."""
WHOLE = 2 ** 64


class Xoshiro:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed = (seed + 0x9e3779b97f4a7c15) % WHOLE
            z = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9 % WHOLE
            z = (z ^ z >> 27) * 0x94d049bb133111eb % WHOLE
            self.s.append(z ^ z >> 31)

    def bits(self):
        def rotate(x, k):
            return (x << k | x >> 64 - k) % WHOLE

        s = self.s
        result = (rotate((s[0] + s[3]) % WHOLE, 23) + s[0]) % WHOLE
        shifted = (s[1] << 17) % WHOLE
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result

    def below(self, bound):
        while True:
            bits = self.bits()
            if bits >= WHOLE % bound:
                return bits % bound

    def uniform(self):
        return (self.bits() >> 11) / 2 ** 53
