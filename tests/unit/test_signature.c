#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "ballots/signature.h"
#include "tests/unit/curve.h"

/* --- helpers --- */

static struct span bytes_of(const void *bytes, size_t length)
{
  return (struct span){.bytes = bytes, .length = length};
}

/* Bytes that look random and are the same in each run. */
static void fill(uint8_t *bytes, size_t length, uint32_t number)
{
  uint8_t seed[randombytes_SEEDBYTES] = {(uint8_t)number, (uint8_t)(number >> 8),
                                         (uint8_t)(number >> 16)};
  randombytes_buf_deterministic(bytes, length, seed);
}

static struct signing_key key_number(uint32_t number)
{
  uint8_t seed[SEED_BYTES];
  struct signing_key key;
  fill(seed, sizeof seed, number);
  signing_key_make(seed, &key);
  return key;
}

static bool is_admitted(const uint8_t point[CURVE_POINT])
{
  struct public_key key;
  struct fault fault = {0};
  enum status status = public_key_admit(point, &key, &fault);
  if (status == STATUS_OK) {
    assert_memory_equal(key.bytes, point, CURVE_POINT);
    return true;
  }
  assert_int_equal(status, STATUS_REFUSED);
  assert_int_equal(fault.status, STATUS_REFUSED);
  return false;
}

static bool library_takes(const struct signature *signature, struct span message,
                          const uint8_t key[CURVE_POINT])
{
  return crypto_sign_verify_detached(signature->bytes, (const unsigned char *)message.bytes,
                                     message.length, key) == 0;
}

/* --- what RFC 8032 says --- */

/* Section 7.1. */
static const struct vector {
  const char *name, *seed, *key, *message, *signature;
} vectors[] = {
    {"TEST 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"TEST 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"TEST 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
    {"TEST 1024", "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
     "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
     "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f5"
     "4e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37"
     "c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efc"
     "b8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b"
     "3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573c"
     "b116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204"
     "ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958"
     "d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24"
     "554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c6"
     "5adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2"
     "cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a"
     "71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969b"
     "e3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9"
     "b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb"
     "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f672451"
     "7b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08"
     "d78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e"
     "2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d"
     "5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0"
     "f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041"
     "e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa9"
     "33a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380db2eaaa707b4c4185"
     "c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c"
     "15fc910840b94c00a0b9d0",
     "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436"
     "d94b5e8fcd4f681e30a6ac00a9704a188a03"},
    {"TEST SHA(abc)", "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fe"
     "ebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431"
     "e0303dca179c138ac17ad9bef1177331a704"},
};

static void the_vectors_of_rfc_8032_are_signed_and_hold(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    print_message("# %s\n", vectors[i].name);
    uint8_t seed[SEED_BYTES];
    uint8_t expected_key[PUBLIC_KEY_BYTES];
    uint8_t expected[SIGNATURE_BYTES];
    uint8_t text[1023];
    size_t length = strlen(vectors[i].message) / 2;
    curve_hex(vectors[i].seed, seed, sizeof seed);
    curve_hex(vectors[i].key, expected_key, sizeof expected_key);
    curve_hex(vectors[i].signature, expected, sizeof expected);
    curve_hex(vectors[i].message, text, length);

    struct signing_key key;
    signing_key_make(seed, &key);
    assert_memory_equal(key.seed, seed, sizeof seed);
    assert_memory_equal(key.public_key.bytes, expected_key, sizeof expected_key);
    assert_true(is_admitted(key.public_key.bytes));

    struct span message = bytes_of(text, length);
    struct signature signature = signature_make(&key, message);
    assert_memory_equal(signature.bytes, expected, sizeof expected);
    assert_true(signature_holds(&signature, message, &key.public_key));
  }
}

static void a_key_is_named_by_its_sha256(void **state)
{
  (void)state;
  struct public_key key;
  char text[DIGEST_TEXT];
  curve_hex(vectors[0].key, key.bytes, sizeof key.bytes);
  struct digest id = public_key_id(&key);
  digest_write(&id, text);
  assert_string_equal(text, "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9");
}

static void a_wiped_key_is_zero(void **state)
{
  (void)state;
  static const struct signing_key nothing;
  struct signing_key key = key_number(1);
  signing_key_wipe(&key);
  assert_memory_equal(&key, &nothing, sizeof key);
}

/* --- which keys are admitted --- */

static void the_library_tells_prime_order_from_mixed_order(void **state)
{
  (void)state;
  struct fault fault = {0};
  if (signature_library_check(&fault) != STATUS_OK)
    fail_msg("%s: %s (%s)", fault.where, fault.what, fault.expected);
}

static void keys_of_prime_order_are_admitted(void **state)
{
  (void)state;
  for (uint32_t i = 0; i < 50; i++) {
    uint8_t scalar[CURVE_SCALAR];
    uint8_t point[CURVE_POINT];
    fill(scalar, sizeof scalar, i);
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(point, scalar), 0);
    assert_true(is_admitted(point));
  }
}

static void keys_of_small_order_are_refused(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  for (size_t i = 0; i < CURVE_TORSION; i++)
    assert_false(is_admitted(torsion[i]));
}

static void keys_of_mixed_order_are_refused(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  for (uint32_t number = 0; number < 5; number++) {
    struct signing_key key = key_number(number);
    for (size_t i = 0; i < CURVE_TORSION; i++) {
      uint8_t mixed[CURVE_POINT];
      assert_int_equal(crypto_core_ed25519_add(mixed, key.public_key.bytes, torsion[i]), 0);
      assert_int_equal(is_admitted(mixed), i == 0);
    }
  }
}

/* y + p for y below 19 still fits into 255 bits. It happens that no such point is of prime order,
 * so a key that is one has one encoding only. */
static void second_encodings_of_keys_are_refused(void **state)
{
  (void)state;
  const uint8_t identity[CURVE_POINT] = {1};
  int on_the_curve = 0;
  for (uint8_t y = 2; y < 19; y++) {
    uint8_t canonical[CURVE_POINT] = {y};
    uint8_t other[CURVE_POINT];
    memset(other, 0xff, sizeof other);
    other[0] = (uint8_t)(0xed + y);
    for (int sign = 0; sign < 2; sign++) {
      canonical[CURVE_POINT - 1] ^= 0x80;
      other[CURVE_POINT - 1] = canonical[CURVE_POINT - 1] | 0x7f;
      uint8_t point[CURVE_POINT];
      if (crypto_core_ed25519_add(point, other, identity) == 0) {
        assert_memory_equal(point, canonical, CURVE_POINT);
        on_the_curve++;
      }
      assert_false(is_admitted(canonical));
      assert_false(is_admitted(other));
    }
  }
  assert_true(on_the_curve > 0);
}

static void second_encodings_of_small_order_are_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < CURVE_SECOND; i++) {
    uint8_t point[CURVE_POINT];
    curve_hex(curve_second[i], point, sizeof point);
    assert_false(is_admitted(point));
  }
}

static void bytes_that_are_no_point_are_refused(void **state)
{
  (void)state;
  const uint8_t off_the_curve[CURVE_POINT] = {2}; /* no x has y = 2 */
  assert_false(is_admitted(off_the_curve));
}

static void a_refused_key_is_told_by_its_bytes(void **state)
{
  (void)state;
  const uint8_t point[CURVE_POINT] = {1};
  struct public_key key;
  struct fault fault = {0};
  assert_int_equal(public_key_admit(point, &key, &fault), STATUS_REFUSED);
  assert_string_equal(fault.where, "public key");
  assert_string_equal(fault.what, "0100000000000000000000000000000000000000000000000000000000000000"
                                  " is no public key");
  assert_string_equal(fault.expected,
                      "the canonical encoding of a point of prime order on Ed25519's curve");
}

/* Why keys are admitted at all: libsodium's own verification takes such a key now and then. */
static void a_key_of_mixed_order_would_sign_one_message_in_eight(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  struct signing_key owner = key_number(3);
  uint8_t mixed[CURVE_POINT];
  assert_int_equal(crypto_core_ed25519_add(mixed, owner.public_key.bytes, torsion[1]), 0);
  uint8_t nonce[CURVE_SCALAR] = {7};
  uint8_t r[CURVE_POINT];
  assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(r, nonce), 0);
  int taken = 0;
  for (uint8_t i = 0; i < 100; i++) {
    struct span message = bytes_of(&i, 1);
    struct signature signature = curve_forge(r, nonce, &owner, mixed, message);
    taken += library_takes(&signature, message, mixed);
  }
  assert_true(taken > 0);
  assert_false(is_admitted(mixed));
}

/* --- which signatures hold --- */

static void a_signature_holds_for_its_message_and_key_only(void **state)
{
  (void)state;
  struct signing_key key = key_number(1);
  struct signing_key other = key_number(2);
  struct signature signature = signature_make(&key, SPAN("a ballot"));
  assert_true(signature_holds(&signature, SPAN("a ballot"), &key.public_key));
  assert_false(signature_holds(&signature, SPAN("a ballo"), &key.public_key));
  assert_false(signature_holds(&signature, SPAN("a ballot "), &key.public_key));
  assert_false(signature_holds(&signature, SPAN(""), &key.public_key));
  assert_false(signature_holds(&signature, SPAN("a ballot"), &other.public_key));
}

static void no_bit_of_a_signature_can_be_another(void **state)
{
  (void)state;
  struct signing_key key = key_number(1);
  struct signature signature = signature_make(&key, SPAN("a ballot"));
  for (size_t bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
    struct signature altered = signature;
    altered.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
    assert_false(signature_holds(&altered, SPAN("a ballot"), &key.public_key));
  }
}

/* S + L gives the same point as S. */
static void a_scalar_that_is_not_reduced_is_refused(void **state)
{
  (void)state;
  struct signing_key key = key_number(1);
  struct span message = SPAN("a ballot");
  struct signature signature = signature_make(&key, message);
  for (int times = 1; times < 4; times++) {
    sodium_add(signature.bytes + CURVE_POINT, curve_order, CURVE_SCALAR);
    uint8_t point[CURVE_POINT];
    curve_commitment(&signature, message, key.public_key.bytes, point);
    assert_memory_equal(point, signature.bytes, CURVE_POINT);
    assert_false(signature_holds(&signature, message, &key.public_key));
  }
}

/* R = identity with S = k·a satisfies the bare equation. */
static void a_commitment_that_is_the_identity_is_refused(void **state)
{
  (void)state;
  struct signing_key key = key_number(1);
  struct span message = SPAN("a ballot");
  const uint8_t identity[CURVE_POINT] = {1};
  struct signature signature =
      curve_forge(identity, curve_zero, &key, key.public_key.bytes, message);
  uint8_t point[CURVE_POINT];
  curve_commitment(&signature, message, key.public_key.bytes, point);
  assert_memory_equal(point, identity, CURVE_POINT);
  assert_false(signature_holds(&signature, message, &key.public_key));
}

static void second_encodings_of_the_identity_are_refused(void **state)
{
  (void)state;
  struct signing_key key = key_number(1);
  struct span message = SPAN("a ballot");
  for (size_t i = 0; i < 3; i++) {
    uint8_t r[CURVE_POINT];
    curve_hex(curve_second[i], r, sizeof r);
    struct signature signature = curve_forge(r, curve_zero, &key, key.public_key.bytes, message);
    uint8_t point[CURVE_POINT];
    curve_commitment(&signature, message, key.public_key.bytes, point);
    assert_int_equal(point[0], 1);
    assert_true(sodium_is_zero(point + 1, CURVE_POINT - 1));
    assert_false(signature_holds(&signature, message, &key.public_key));
  }
}

/* Each satisfies the cofactored equation: R and SB - kA differ by a point of small order. */
static void commitments_of_small_order_are_refused(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  struct signing_key key = key_number(1);
  struct span message = SPAN("a ballot");
  for (size_t i = 0; i < CURVE_TORSION; i++) {
    struct signature signature =
        curve_forge(torsion[i], curve_zero, &key, key.public_key.bytes, message);
    assert_false(signature_holds(&signature, message, &key.public_key));
  }
}

static void commitments_of_mixed_order_are_refused(void **state)
{
  (void)state;
  uint8_t torsion[CURVE_TORSION][CURVE_POINT];
  curve_torsion(torsion);
  struct signing_key key = key_number(1);
  struct span message = SPAN("a ballot");
  uint8_t nonce[CURVE_SCALAR] = {9};
  uint8_t prime[CURVE_POINT];
  assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(prime, nonce), 0);
  for (size_t i = 0; i < CURVE_TORSION; i++) {
    uint8_t r[CURVE_POINT];
    uint8_t point[CURVE_POINT];
    assert_int_equal(crypto_core_ed25519_add(r, prime, torsion[i]), 0);
    struct signature signature = curve_forge(r, nonce, &key, key.public_key.bytes, message);
    curve_commitment(&signature, message, key.public_key.bytes, point);
    assert_memory_equal(point, prime, CURVE_POINT);
    assert_int_equal(signature_holds(&signature, message, &key.public_key), i == 0);
  }
}

/* Table 2 of Chalkias, Garillot and Nikolaenko, "Taming the many EdDSAs" (2020), as published beside
 * it (ed25519-speccheck): libraries differ in which of these they take. We take none. */
static void none_of_the_published_edge_cases_holds(void **state)
{
  (void)state;
  static const struct {
    const char *message, *key, *signature;
  } cases[] = {
      {"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
       "0000000000000000000000000000000000000000000000000000000000000000"}, /* A and R of small order, S = 0 */
      {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
       "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04"}, /* A of small order, R of mixed */
      {"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
       "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
       "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e"}, /* A of mixed order, R of small */
      {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
       "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
       "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
       "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009"}, /* A and R of mixed order */
      {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
       "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
       "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
       "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09"}, /* A of mixed order; with the cofactor alone */
      {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
       "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
       "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
       "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405"}, /* A of mixed order; 8k not reduced */
      {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
       "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
       "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
       "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514"}, /* S > L */
      {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
       "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
       "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
       "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22"}, /* S much larger than L */
      {"fdaebc429f4a735932a160da1301080c13280eea8bc280d1b392c6b9e6ba3a5a",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
       "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
       "454d370c8d9fc323a41450f8d513eafeb5b0697390c1e505a0d4ddc71f566607"}, /* A of mixed order, R not canonical */
      {"84b698d39be126ff55fe45079e6c8bf64a0d7db6994560b4e96b7021eb39c1a1",
       "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
       "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
       "084d5b99c2a9463d9c8bd5026916996984eeec87ddf1d3be329006ace1b37b09"}, /* A of mixed order, R not canonical, hashed as it is */
  };
  size_t keys = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t text[32];
    struct public_key key;
    struct signature signature;
    curve_hex(cases[i].message, text, sizeof text);
    curve_hex(cases[i].key, key.bytes, sizeof key.bytes);
    curve_hex(cases[i].signature, signature.bytes, sizeof signature.bytes);
    bool admitted = is_admitted(key.bytes);
    keys += admitted;
    assert_false(admitted && signature_holds(&signature, bytes_of(text, sizeof text), &key));
  }
  assert_int_equal(keys, 2); /* of the two where S is too large */
}

/* With keys that were admitted, libsodium and we say the same of anything that nobody built with a
 * secret key in hand. */
static void libsodium_agrees_on_random_and_altered_signatures(void **state)
{
  (void)state;
  enum {
    TRIALS = 1500,
    LONGEST = 300
  };
  int held = 0;
  for (uint32_t i = 0; i < TRIALS; i++) {
    uint8_t random[8 + LONGEST];
    fill(random, sizeof random, i);
    struct signing_key key = key_number(random[0]);
    uint8_t *text = random + 8;
    struct span message = bytes_of(text, 1 + random[1]);
    struct signature signature = signature_make(&key, message);
    uint8_t changed_bit = (uint8_t)(1U << random[2] % 8);
    switch (random[3] % 5) {
    case 0: /* as it is */
      break;
    case 1:
      signature.bytes[random[4] % SIGNATURE_BYTES] ^= changed_bit;
      break;
    case 2:
      text[random[4] % message.length] ^= changed_bit;
      break;
    case 3:
      key.public_key.bytes[random[4] % PUBLIC_KEY_BYTES] ^= changed_bit;
      if (!is_admitted(key.public_key.bytes))
        continue;
      break;
    default:
      fill(signature.bytes, SIGNATURE_BYTES, i + TRIALS);
      signature.bytes[SIGNATURE_BYTES - 1] &= 0x1f;
    }
    bool holds = signature_holds(&signature, message, &key.public_key);
    assert_int_equal(holds, library_takes(&signature, message, key.public_key.bytes));
    held += holds;
  }
  assert_in_range(held, TRIALS / 10, TRIALS / 2);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_vectors_of_rfc_8032_are_signed_and_hold),
      cmocka_unit_test(a_key_is_named_by_its_sha256),
      cmocka_unit_test(a_wiped_key_is_zero),
      cmocka_unit_test(the_library_tells_prime_order_from_mixed_order),
      cmocka_unit_test(keys_of_prime_order_are_admitted),
      cmocka_unit_test(keys_of_small_order_are_refused),
      cmocka_unit_test(keys_of_mixed_order_are_refused),
      cmocka_unit_test(second_encodings_of_keys_are_refused),
      cmocka_unit_test(second_encodings_of_small_order_are_refused),
      cmocka_unit_test(bytes_that_are_no_point_are_refused),
      cmocka_unit_test(a_refused_key_is_told_by_its_bytes),
      cmocka_unit_test(a_key_of_mixed_order_would_sign_one_message_in_eight),
      cmocka_unit_test(a_signature_holds_for_its_message_and_key_only),
      cmocka_unit_test(no_bit_of_a_signature_can_be_another),
      cmocka_unit_test(a_scalar_that_is_not_reduced_is_refused),
      cmocka_unit_test(a_commitment_that_is_the_identity_is_refused),
      cmocka_unit_test(second_encodings_of_the_identity_are_refused),
      cmocka_unit_test(commitments_of_small_order_are_refused),
      cmocka_unit_test(commitments_of_mixed_order_are_refused),
      cmocka_unit_test(none_of_the_published_edge_cases_holds),
      cmocka_unit_test(libsodium_agrees_on_random_and_altered_signatures),
  };
  return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
